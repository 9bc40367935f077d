// F6: the built command with files of credentials that cannot be read, credentials that cannot be sent, and endpoints
// that speak something else.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createPlain, type Server as Plain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ofEc2 } from '../true-answers.ts';

const bin = fileURLToPath(new URL('../../../bin/pool', import.meta.url));
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const KEYS = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: 'a/secret+one=' };
/** No test here waits for anything; the machine may be busy. */
const SOON = 8_000;

let home: string;
let ec2: Server;
let ssh: Plain;
let calls = 0;
const portOf = (server: Server | Plain) => (server.address() as AddressInfo).port;
const url = () => `http://127.0.0.1:${portOf(ec2)}`;

beforeAll(async () => {
  ec2 = createServer(async (request, response) => {
    calls += 1;
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    response.end(ofEc2(action));
  }).listen(0, '127.0.0.1');
  ssh = createPlain((socket) => {
    socket.on('error', () => undefined);
    socket.end('SSH-2.0-OpenSSH_9.2p1\r\n');
  }).listen(0, '127.0.0.1');
  await Promise.all([once(ec2, 'listening'), once(ssh, 'listening')]);
});
afterAll(() => {
  ec2.closeAllConnections();
  ec2.close();
  ssh.close();
});
beforeEach(async () => {
  calls = 0;
  home = await mkdtemp(join(tmpdir(), 'pool-credentials-'));
  await mkdir(at('.aws'));
});
afterEach(async () => await rm(home, { recursive: true }));

const at = (name: string) => join(home, name);
const fifo = (path: string) => execFileSync('mkfifo', [path]);

/** `pool`, with nothing of this process's own environment; `killed` is for what hangs. */
async function pool(env: Record<string, string>, words: readonly string[] = ['list']) {
  const own = { PATH: process.env['PATH'], HOME: home, POOL_NAME: 'party', AWS_REGION: 'us-east-1' };
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: home,
    env: { ...own, AWS_ENDPOINT_URL: url(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: SOON,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      said[name] += String(chunk);
    });
  const [code, killed] = await once(child, 'close');
  return { code, killed, calls, ...said };
}

/** A shell can give a variable bytes that are no UTF-8. */
const listWith = (assignment: string) => {
  const script = `${assignment} exec ${process.execPath} ${bin} list`;
  const child = spawn('bash', ['-c', script], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      POOL_NAME: 'party',
      AWS_ENDPOINT_URL: url(),
      ...KEYS,
      AWS_REGION: 'us-east-1',
    },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return once(child, 'close').then(([code]) => ({ code, stderr, calls }));
};

const line = (pattern: RegExp) =>
  expect.stringMatching(new RegExp(`^pool: [^\\n]*${pattern.source}[^\\n]*\\n$`));

describe('F6: a file of credentials that is no file is code 2, told before anybody reads it', () => {
  const places = ['.aws/credentials', '.aws/config'];

  test.for(places.flatMap((path) => [[path, KEYS] as const, [path, {}] as const]))(
    'a FIFO as %s, with %o',
    async ([path, keys]) => {
      fifo(at(path));
      expect(await pool(keys)).toMatchObject({
        ...{ code: 2, stdout: '', calls: 0 },
        stderr: line(
          new RegExp(`${path} is a named pipe, .*; put a file there, or set AWS_[A-Z_]+_FILE to another`),
        ),
      });
    },
  );

  test.for(['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'])('by %s', async (name) => {
    fifo(at('pipe'));
    const named = await pool({ ...KEYS, [name]: at('pipe') });
    expect(named).toMatchObject({ code: 2, stderr: line(new RegExp(`pipe \\(${name}\\) is a named pipe`)) });
    const home = await pool({ ...KEYS, [name]: '~/pipe' });
    expect(home).toMatchObject({ code: 2, stderr: line(/is a named pipe/) });
  });

  test('a device without an end, and a file without an end of its own', async () => {
    await symlink('/dev/zero', at('.aws/credentials'));
    expect(await pool(KEYS)).toMatchObject({ code: 2, stderr: line(/credentials is a device/) });
    await rm(at('.aws/credentials'));
    await writeFile(at('.aws/config'), '');
    await truncate(at('.aws/config'), 9_000_000_000);
    expect(await pool(KEYS)).toMatchObject({ code: 2, stderr: line(/config is too big/) });
  });

  test('the tokens that the chain reads', async () => {
    fifo(at('pipe'));
    const web = {
      AWS_WEB_IDENTITY_TOKEN_FILE: at('pipe'),
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/party',
    };
    expect(await pool(web)).toMatchObject({
      code: 2,
      stderr: line(/\(AWS_WEB_IDENTITY_TOKEN_FILE\) is a named pipe/),
    });
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url(),
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: at('pipe'),
    };
    expect(await pool(container)).toMatchObject({ code: 2, stderr: line(/is a named pipe/) });
    await writeFile(
      at('.aws/config'),
      `[default]\nrole_arn = arn:aws:iam::123456789012:role/party\nweb_identity_token_file = ${at('pipe')}\n`,
    );
    expect(await pool({})).toMatchObject({
      code: 2,
      stderr: line(/web_identity_token_file.* is a named pipe/),
    });
  });

  test('what the SDK passes over stays so: no file, a folder, /dev/null', async () => {
    await mkdir(at('.aws/credentials'));
    for (const config of [at('nowhere'), '/dev/null', at('.aws')])
      expect(await pool({ ...KEYS, AWS_CONFIG_FILE: config })).toMatchObject({ code: 0, stderr: '' });
    await rm(at('.aws'), { recursive: true });
    expect(await pool(KEYS)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('F6: credentials that no request can carry are code 2, and nothing is sent', () => {
  const ill: readonly (readonly [string, string, RegExp])[] = [
    ['AWS_ACCESS_KEY_ID', `${KEY}\n`, /has a line end at its end/],
    ['AWS_ACCESS_KEY_ID', `${KEY}\r`, /has a carriage return at its end/],
    ['AWS_ACCESS_KEY_ID', ` ${KEY}`, /has a blank at its beginning/],
    ['AWS_ACCESS_KEY_ID', 'AKIA IOSF', /has a blank inside/],
    ['AWS_ACCESS_KEY_ID', 'ключ', /has a character that is not ASCII at its beginning/],
    ['AWS_ACCESS_KEY_ID', 'clé', /has a character that is not ASCII at its end/],
    ['AWS_ACCESS_KEY_ID', `"${KEY}"`, /has a quotation mark at its beginning/],
    ['AWS_SECRET_ACCESS_KEY', 'very/secret\r\n', /has a carriage return at its end/],
    ['AWS_SECRET_ACCESS_KEY', 'very secret', /has a blank inside/],
    ['AWS_SESSION_TOKEN', 'very\nsecret', /has a line end inside/],
    ['AWS_SESSION_TOKEN', 'very\u200bsecret', /has a character that is not ASCII inside/],
    ['AWS_SESSION_TOKEN', 'very\u0007secret', /has a control character inside/],
  ];
  test.for(ill)('%s=%j', async ([name, value, why]) => {
    const told = await pool({ ...KEYS, [name]: value });
    expect(told).toMatchObject({
      ...{ code: 2, stdout: '', calls: 0 },
      stderr: line(new RegExp(`${name} ${why.source}, which no key of AWS has; source ~/\\.pool_keys again`)),
    });
    expect(told.stderr).not.toMatch(/AKIA|very|secret\b|ключ/);
  });

  test('a byte that is no UTF-8', async () => {
    expect(await listWith(`AWS_ACCESS_KEY_ID=$'${KEY}\\xe9'`)).toMatchObject({
      ...{ code: 2, calls: 0 },
      stderr: line(/AWS_ACCESS_KEY_ID has a character that is not ASCII at its end/),
    });
  });

  test.for([
    ['aws_access_key_id', 'ключ', 'secret', 'not ASCII'],
    ['aws_secret_access_key', KEY, '"quoted"', 'a quotation mark'],
  ])('%s of a file', async ([name = '', id, secret, what = '']) => {
    await writeFile(
      at('.aws/credentials'),
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    );
    expect(await pool({})).toMatchObject({
      ...{ code: 2, calls: 0 },
      stderr: line(new RegExp(`${name} of the profile "default" has .*${what}.*; mend it in ~/\\.aws`)),
    });
  });

  test('pool doctor says the same', async () => {
    const { stdout } = await pool({ ...KEYS, AWS_SESSION_TOKEN: 'x\ny' }, ['doctor']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/✗ credentials AWS_SESSION_TOKEN has a line end inside/);
    expect(stdout).not.toMatch(/EC2 refused|STS refused/);
  });
});

const XHTML =
  '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>';
const PORTALS: readonly (readonly [string, (response: ServerResponse) => void, string])[] = [
  ["a captive portal's page", (response) => response.end(XHTML), 'an HTML page'],
  ['an empty answer', (response) => response.end(), 'an empty answer'],
  ['204', (response) => response.writeHead(204).end(), 'an empty answer'],
];

describe('F6: an endpoint that speaks something else', () => {
  test('https where http is spoken', async () => {
    const { code, stderr } = await pool({ ...KEYS, AWS_ENDPOINT_URL_EC2: url().replace('http:', 'https:') });
    expect([code, stderr]).toEqual([
      1,
      line(/what answers at https:.* is not EC2 \(no TLS: .*\); check AWS_ENDPOINT_URL_EC2/),
    ]);
  });

  test("ssh's port", async () => {
    const { code, stderr } = await pool({ ...KEYS, AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${portOf(ssh)}` });
    expect([code, stderr]).toEqual([
      1,
      line(/is not EC2 \(no HTTP: HPE_[A-Z_]+ to [A-Za-z]+\); check AWS_ENDPOINT_URL_EC2/),
    ]);
  });

  test.for(PORTALS)('%s: nothing is taken for stopped', async ([, answer, what]) => {
    const portal = createServer((request, response) => {
      request.resume().on('end', () => answer(response));
    }).listen(0, '127.0.0.1');
    await once(portal, 'listening');
    const env = { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(portal)}` };
    for (const words of [['list'], ['stop', '--yes'], ['clouds']])
      expect(await pool(env, words)).toMatchObject({
        ...{ code: 1, stdout: '' },
        stderr: line(new RegExp(`what answers at http://127\\S+ is not EC2 \\(HTTP 20. with ${what} to `)),
      });
    portal.closeAllConnections();
    portal.close();
  });
});

describe('F6: why there are no credentials is told', () => {
  const credentials = (text: string) => writeFile(at('.aws/credentials'), text);
  const why = async (pattern: RegExp, env = {}) =>
    expect(await pool(env)).toMatchObject({ code: 1, calls: 0, stderr: line(pattern) });

  test('nothing there', async () => {
    expect(await pool({})).toMatchObject({
      code: 1,
      stderr:
        'pool: no AWS credentials: source ~/.pool_keys (npm run dev:setup writes it), or set aws_profile (AWS_PROFILE)\n',
    });
  });

  test('half of it', async () => {
    await why(/no AWS credentials: AWS_SECRET_ACCESS_KEY is not set; source/, { AWS_ACCESS_KEY_ID: KEY });
    await why(/no AWS credentials: AWS_ACCESS_KEY_ID is not set; source/, { AWS_SECRET_ACCESS_KEY: 'x' });
  });

  test('files that name none', async () => {
    await credentials(`[work]\naws_access_key_id = ${KEY}\naws_secret_access_key = s\n`);
    await why(/no AWS credentials: ~\/\.aws has no \[default\], but work; source/);
    await credentials(`[default]\naws_access_key_id: ${KEY}\naws_secret_access_key: s\n`);
    await why(
      /credentials: ~\/\.aws has no profile that can be read: .*credentials needs \[default\] and lines NAME = VALUE/,
    );
    await credentials(`aws_access_key_id = ${KEY}\naws_secret_access_key = s\n`);
    await why(/needs \[default\] and lines NAME = VALUE/);
    await credentials(`[default]\naws_access_key_id = ${KEY}\n`);
    await why(/credentials: \[default\] of ~\/\.aws has no aws_secret_access_key/);
  });

  test('a folder in its place, and a file that may not be read', async () => {
    await mkdir(at('.aws/credentials'));
    await why(/credentials: .*\.aws\/credentials is a folder; source/);
    await rm(at('.aws/credentials'), { recursive: true });
    await credentials('[default]\n');
    await chmod(at('.aws/credentials'), 0);
    if (process.geteuid?.() !== 0)
      await why(/credentials: .*\.aws\/credentials cannot be read \(EACCES\); source/);
  });

  test.for([
    ['echo no', /returned invalid JSON; source/],
    ['sh -c "echo locked vault >&2; exit 3"', /Command failed: .* locked vault; source/],
    [`printf '{"Version":2}'`, /did not return Version 1/],
  ] as const)('a credential_process: %s', async ([command, said]) => {
    await writeFile(at('.aws/config'), `[default]\ncredential_process = ${command}\n`);
    await why(said);
    await writeFile(at('.aws/config'), `[profile work]\ncredential_process = ${command}\n`);
    const named = new RegExp(said.source.replace('; source', ''));
    expect((await pool({ AWS_PROFILE: 'work' })).stderr).toEqual(line(named));
  });
});

describe('F6: what is wrong in ~/.aws is told as it is, and nothing is sent', () => {
  const config = (text: string) => writeFile(at('.aws/config'), text);
  const credentials = (text: string) => writeFile(at('.aws/credentials'), text);
  const told = async (code: number, pattern: RegExp, env = {}) =>
    expect(await pool(env)).toMatchObject({ ...{ code, calls: 0, stdout: '' }, stderr: line(pattern) });
  const ROLE = 'role_arn = arn:aws:iam::123456789012:role/party\n';

  test('a source_profile that there is not', async () => {
    const why =
      /the AWS profile "one" has source_profile = nosuch, and there is no such profile \(~\/\.aws has one, two\); set it to/;
    await config(
      `[profile one]\n${ROLE}source_profile = nosuch\n[profile two]\n${ROLE}source_profile = one\n`,
    );
    await told(2, why, { AWS_PROFILE: 'one' });
    await told(2, why, { AWS_PROFILE: 'two' });
    await config(`[default]\n${ROLE}source_profile = nosuch\n`);
    await told(2, /the AWS profile "default" has source_profile = nosuch/);
  });

  test('a role whose source gives none, and one that names no source', async () => {
    await config(`[profile one]\n${ROLE}source_profile = two\n[profile two]\nregion = eu-west-1\n`);
    await told(1, /profile "one" gives no credentials: its source_profile "two" names none; mend it/, {
      AWS_PROFILE: 'one',
    });
    await config(`[default]\n${ROLE}`);
    await told(
      2,
      /profile "default" has role_arn, and neither source_profile nor credential_source; set one/,
    );
    await config(
      `[default]\n${ROLE}source_profile = two\ncredential_source = Environment\n[profile two]\nregion = x\n`,
    );
    await told(2, /profile "default" has both source_profile and credential_source; leave one out/);
  });

  test('an sso_session without its section', async () => {
    const sso = 'sso_session = me\nsso_account_id = 123456789012\nsso_role_name = party\n';
    const why = (name: string) =>
      new RegExp(
        `the AWS profile "${name}" has sso_session = me, and ~/\\.aws/config has no \\[sso-session me\\]; make it: aws configure sso-session`,
      );
    await config(`[default]\n${sso}`);
    await told(2, why('default'));
    await config(`[profile work]\n${sso}[sso-session other]\nsso_region = eu-west-1\n`);
    await told(2, why('work'), { AWS_PROFILE: 'work' });
  });

  test.for([
    [
      '{"Version":1,"AccessKeyId":123,"SecretAccessKey":456}',
      'aws_access_key_id .* is a number, and must be a text',
    ],
    [
      '{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":null}',
      'aws_secret_access_key .* is null, and must be a text',
    ],
    [
      '{"Version":1,"AccessKeyId":["AKIA"],"SecretAccessKey":"s"}',
      'aws_access_key_id .* is a list, and must be a text',
    ],
    [
      '{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s","SessionToken":{}}',
      'aws_session_token .* is an object, and must be a text',
    ],
    ['{"Version":1,"AccessKeyId":"","SecretAccessKey":"s"}', 'aws_access_key_id .* is empty'],
  ])('a credential_process that prints %s', async ([json, why]) => {
    await config(`[default]\ncredential_process = echo '${json}'\n`);
    await told(2, new RegExp(`${why}; mend it in ~/\\.aws, or what it is fetched from`));
  });

  test('a session token that no request can carry', async () => {
    await told(
      2,
      /AWS_SESSION_TOKEN has 20000 characters, more than a request can carry; source ~\/\.pool_keys again/,
      {
        ...KEYS,
        AWS_SESSION_TOKEN: 'x'.repeat(20_000),
      },
    );
  });

  test('names without values', async () => {
    await credentials('[default]\naws_access_key_id=\naws_secret_access_key =\n');
    await told(
      1,
      /no AWS credentials: aws_access_key_id in \[default\] of \S+credentials has no value; source/,
    );
    await credentials('[work]\naws_access_key_id=\naws_secret_access_key =\n');
    await told(
      2,
      /AWS profile "work": aws_access_key_id in \[work\] of \S+credentials has no value; set it/,
      {
        AWS_PROFILE: 'work',
      },
    );
    await config('[profile work]\n');
    await credentials('');
    await told(2, /AWS profile "work": \[profile work\] of \S+config has no line NAME = VALUE; set it/, {
      AWS_PROFILE: 'work',
    });
  });

  test('names without values where others have some, or are meant for something else', async () => {
    await credentials('[default] # mine\naws_access_key_id = AKIA\naws_secret_access_key =\n');
    await told(1, /credentials: aws_secret_access_key in \[default\] of \S+credentials has no value; source/);
    await credentials('[default]\n# to come\n[other]\naws_access_key_id = AKIA\naws_secret_access_key = s\n');
    await told(1, /credentials: \[default\] of \S+credentials has no line NAME = VALUE; source/);
    await credentials('[default]\ns3 =\n  max_concurrent_requests = 20\n');
    await told(1, /credentials: \[default\] of ~\/\.aws has no aws_access_key_id; source/);
    await credentials('[work]\naws_access_key_id =\naws_secret_access_key = s\n');
    await told(
      1,
      /profile "work" gives no credentials: aws_access_key_id in \[work\] of \S+ has no value; mend/,
      {
        AWS_PROFILE: 'work',
      },
    );
    await config(`[profile one]\n${ROLE}source_profile = work\n`);
    await credentials('[work]\naws_access_key_id =\n');
    await told(
      2,
      /profile "one" has source_profile = work: aws_access_key_id in \[work\] of \S+ has no value; set it/,
      {
        AWS_PROFILE: 'one',
      },
    );
  });

  test('a section of a session that is empty, a source that gives none, and a name with a blank', async () => {
    const sso = 'sso_session = me\nsso_account_id = 123456789012\nsso_role_name = party\n';
    await config(`[default]\n${sso}[sso-session me]\n`);
    await told(
      2,
      /"default" has sso_session = me: \[sso-session me\] of \S+config has no line NAME = VALUE; set it/,
    );
    await config(`[default]\n${ROLE}credential_source = Environment\n`);
    await told(
      1,
      /no AWS credentials: the profile "default" gives none by credential_source = Environment; source/,
    );
    await config('[profile "my work"]\naws_access_key_id = AKIA\n');
    await told(
      2,
      /the name of an AWS profile may have no blanks here, and "my work" has; give it another in ~\/\.aws/,
      {
        AWS_PROFILE: 'my work',
      },
    );
  });

  test('a credential_process that prints null', async () => {
    await config('[default]\ncredential_process = echo null\n');
    await told(1, /no AWS credentials: its credential_process printed null; source/);
  });

  test('what it says in colours is told without them', async () => {
    await config(
      `[default]\ncredential_process = sh -c "printf '\\033[31mlocked\\033[0m vault' >&2; exit 3"\n`,
    );
    const { stderr } = await pool({});
    expect(stderr).toContain(' locked vault; source');
  });
});

test('F6: control characters of an answer do not reach the terminal', async () => {
  const error =
    '<Error><Code>Bad\u001b[31m\u0007</Code><Message>line1\nline2 \u001b[8m\u001b[2Jx</Message></Error>';
  const strange = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(400).end(`<Response><Errors>${error}</Errors></Response>`));
  }).listen(0, '127.0.0.1');
  await once(strange, 'listening');
  const { stderr } = await pool({ ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(strange)}` });
  strange.closeAllConnections();
  strange.close();
  expect(stderr).toMatch(/^pool: EC2 refused Describe\w+: Bad\\x07: line1 line2 \\x1b\[2Jx\n$/);
});
