// Makes EC2 know our ssh key by its name: imports the public half where the name is not there yet.
// Usage: import-key.mjs NAME PUBLIC_KEY_FILE [--replace]    --replace gives up another key of that name
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { DeleteKeyPairCommand, DescribeKeyPairsCommand, EC2Client, ImportKeyPairCommand } = await import(
  '@aws-sdk/client-ec2'
);

const [name, file] = process.argv.slice(2);
const replace = process.argv.includes('--replace');

/** A client that goes through the proxy that the environment names and believes only EC2, as that of the commands. */
async function client() {
  const paths = ['pool/endpoints', 'world/ec2/proxy', 'world/ec2/answers', 'world/ec2/limits'];
  const [{ targetOf }, { throughProxy }, { onlyAnswersOf }, { handlerOptions, PATIENT }] = await Promise.all(
    paths.map((path) => tsImport(`../src/${path}.ts`, import.meta.url)),
  );
  const region = await new EC2Client({}).config.region();
  const target = targetOf('EC2', region, process.env);
  const requestHandler = throughProxy(target, process.env, handlerOptions(PATIENT));
  return onlyAnswersOf('EC2', new EC2Client({ requestHandler }), PATIENT);
}

/** The pair serves every pool, and no pool can have this name. */
const TAGS = [{ ResourceType: 'key-pair', Tags: [{ Key: 'poolparty:pool', Value: '@all' }] }];

/** Type and key without the comment, which EC2 does not keep. */
const bare = (publicKey) => publicKey.trim().split(/\s+/).slice(0, 2).join(' ');

/** SHA-256 of the key, as EC2 and ssh-keygen -l show it for ed25519; EC2 pads it, ssh-keygen does not. */
const fingerprint = (publicKey) =>
  createHash('sha256')
    .update(Buffer.from(publicKey.trim().split(/\s+/)[1] ?? '', 'base64'))
    .digest('base64');

async function known(ec2) {
  try {
    const answer = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: [name], IncludePublicKey: true }));
    return answer.KeyPairs?.[0];
  } catch (error) {
    if (error.name === 'InvalidKeyPair.NotFound') return undefined;
    throw error;
  }
}

/** EC2 shows no public half of pairs that it made before it kept them: then the fingerprint tells. */
function isOurs(there, publicKey) {
  if (there.PublicKey) return bare(there.PublicKey) === bare(publicKey);
  const plain = (text) => (text ?? '').replace(/^SHA256:|=+$/g, '');
  return plain(there.KeyFingerprint) === plain(fingerprint(publicKey));
}

const isAnother = (there, publicKey) =>
  new Error(
    `EC2's is of another key (${there.KeyFingerprint}, and that of ${file} is ${fingerprint(publicKey)}); ` +
      `choose a name of your own: KEYPAIR_NAME=… npm run dev:setup, or put that key into ${file}`,
  );

async function main() {
  const publicKey = readFileSync(file, 'utf8');
  const ec2 = await client();
  const there = await known(ec2);
  if (there !== undefined && isOurs(there, publicKey))
    return console.log(`-- Key pair ${name} is known to EC2`);
  if (there !== undefined && !replace) throw isAnother(there, publicKey);
  if (there !== undefined) await ec2.send(new DeleteKeyPairCommand({ KeyName: name }));
  const material = { KeyName: name, PublicKeyMaterial: Buffer.from(publicKey) };
  await ec2.send(new ImportKeyPairCommand({ ...material, TagSpecifications: TAGS }));
  console.log(`-- Imported key pair ${name}`);
}

await main().catch((error) => {
  const isStrange = error.name === 'StrangeAnswer';
  const why = isStrange
    ? `what answers is not EC2: HTTP ${error.status} with ${error.message}`
    : error.message;
  console.error(`Cannot import the key pair ${name}: ${why || error.name}`);
  process.exitCode = 1;
});
