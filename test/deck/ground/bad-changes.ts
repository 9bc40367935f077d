// Changes of many kinds that no node can serve with: what the user gets wrong, and what stands in the way on the nodes.
import type { Changes } from './own.ts';

export interface BadChange {
  readonly name: string;
  readonly settings?: Changes;
  /** The app's server.js. */
  readonly server?: string;
  /** A template of the user's, made from the one that is shipped. */
  readonly template?: readonly [name: string, change: (text: string) => string];
  /** What is so on every node while the change is tried, and how it ends. */
  readonly before?: string;
  readonly after?: string;
  /** Nothing of a node is touched: 2. */
  readonly code?: 1 | 2;
  /** It takes a minute to be known, so that it is left to the benchmark. */
  readonly isSlow?: boolean;
}

const serving = (answer: string, listen = 'process.env.PORT') => `require('node:http')
  .createServer((request, response) => { ${answer} })
  .listen(${listen});
process.on('SIGTERM', () => process.exit(0));
`;
const WELL = 'response.end(process.env.WORD)';
const haproxy = (change: (text: string) => string) => ['haproxy.cfg', change] as const;
const swap = (from: string | RegExp, to: string) => (text: string) => {
  if (text.replace(from, to) === text) throw new Error(`the template has no ${from}`);
  return text.replace(from, to);
};

/** Somebody else listens on this port of every node, and answers. */
const taken = (port: number) => ({
  before: `systemd-run -q --unit taken node -e "require('http').createServer((q, a) => { a.statusCode = 404; a.end() }).listen(${port})"; sleep 0.5`,
  after: 'systemctl stop taken',
});

/** With a table of the user's own, which stays until it is deleted. */
const firewall = (hook: 'input' | 'output', rule: string) =>
  [
    'firewall.nft',
    (text: string) =>
      `${text}\ntable inet mine {\n  chain mine {\n    type filter hook ${hook} priority -5; policy accept;\n    ${rule}\n  }\n}\n`,
  ] as const;
const AS_IT_WAS = 'nft delete table inet mine 2>/dev/null || :';

export const BAD_CHANGES: readonly BadChange[] = [
  { name: 'an install line fails', settings: { app: { install: ['echo no such package; exit 7'] } } },
  {
    name: 'the app ends some seconds after its start',
    server: `${serving(WELL)}setTimeout(() => process.exit(1), 5_000);\n`,
  },
  { name: 'the app ends at once', settings: { app: { command: 'exit 1' } } },
  { name: 'the app listens on 127.0.0.1 alone', server: serving(WELL, "process.env.PORT, '127.0.0.1'") },
  {
    name: 'the app refuses the Host of the check',
    server: serving(`if (/^localhost/.test(request.headers.host)) response.statusCode = 400; ${WELL}`),
    isSlow: true,
  },
  { name: 'the app answers 500', server: serving(`response.statusCode = 500; ${WELL}`), isSlow: true },
  { name: 'the app answers 404', server: serving(`response.statusCode = 404; ${WELL}`), isSlow: true },
  {
    name: 'the app sends everybody elsewhere',
    server: serving(`response.writeHead(301, { location: '/login' }); ${WELL}`),
    isSlow: true,
  },
  { name: 'the app never answers', server: serving(''), isSlow: true },
  { name: 'the app never listens', settings: { app: { command: 'sleep 1000' } }, isSlow: true },
  { name: 'the app listens on another port', server: serving(WELL, '9999'), isSlow: true },
  {
    name: 'the app lacks a variable',
    server: `if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is not set');\n${serving(WELL)}`,
    isSlow: true,
  },
  { name: 'another health path, which the app does not know', settings: { app: { health: '/up' } } },
  { name: 'haproxy.cfg with a word that is none', template: haproxy((text) => `${text}\nnoodles\n`) },
  {
    name: 'haproxy.cfg binds a port that is taken',
    template: haproxy((text) => `${text}\nlisten mine\n    bind *:8070\n`),
    ...taken(8070),
  },
  {
    name: 'haproxy.cfg with another name for its backend',
    template: haproxy((text) => text.replace(/backend app/g, 'backend web')),
    code: 2,
  },
  {
    name: 'haproxy.cfg without the servers',
    template: haproxy(swap(/\{\{#each servers\}\}[\s\S]*?\{\{\/each\}\}\n/, '')),
    code: 2,
  },
  { name: 'haproxy.cfg without the socket', template: haproxy(swap(/ {4}stats socket.*\n/, '')), code: 2 },
  { name: 'haproxy.cfg sends visitors nowhere', template: haproxy(swap('    default_backend app\n', '')) },
  {
    name: 'haproxy.cfg checks for what nobody answers',
    template: haproxy(swap('expect status 200-299', 'expect status 204')),
  },
  {
    name: 'haproxy.cfg checks for what nobody answers, beside another release',
    template: haproxy(swap('expect status 200-299', 'expect status 204')),
    settings: { app: { env: { WORD: 'another' } } },
  },
  {
    name: 'haproxy.cfg sends visitors nowhere, beside another release',
    template: haproxy(swap('    default_backend app\n', '')),
    settings: { app: { env: { WORD: 'another' } } },
  },
  { name: 'haproxy.lua that is no Lua', template: ['haproxy.lua', (text) => `${text}\nthis is no Lua\n`] },
  { name: 'the public port is taken on the nodes', settings: { host_port: 8080 }, ...taken(8080) },
  {
    name: "the app's port is taken on the nodes",
    settings: { client_port: 8090 },
    ...taken(8090),
  },
  { name: 'a service that there is not', settings: { services: ['no-such-service'] } },
  {
    name: 'a unit that systemd does not take',
    isSlow: true,
    template: ['poolparty-app.service', (text) => text.replace(/^ExecStart=.*$/m, 'ExecStart=none')],
  },
  { name: 'an ha.cf that Heartbeat does not take', template: ['ha.cf', (text) => `${text}\nnoodles\n`] },
  {
    name: 'a unit that systemd does not take, and that nothing needs now',
    template: ['poolparty-claim.service', swap(/^ExecStart=.*$/m, 'ExecStart=none')],
  },
  { name: 'a firewall that nft does not take', template: ['firewall.nft', (text) => `${text}\nnoodles\n`] },
  {
    name: 'a firewall that keeps HAProxy from the app',
    template: firewall('input', 'iifname != "lo" tcp dport 8001 drop'),
    after: AS_IT_WAS,
    isSlow: true,
  },
  {
    name: 'a firewall that keeps a node from the apps of the others',
    template: firewall('output', 'oifname != "lo" tcp dport 8001 reject'),
    after: AS_IT_WAS,
  },
];
