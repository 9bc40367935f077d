// Makes EC2 know our ssh key by its name: imports the public half where the name is not there yet.
// Usage: import-key.mjs NAME PUBLIC_KEY_FILE [--replace]    --replace gives up another key of that name
import { readFileSync } from 'node:fs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { DeleteKeyPairCommand, DescribeKeyPairsCommand, EC2Client, ImportKeyPairCommand } = await import(
  '@aws-sdk/client-ec2'
);

const [name, file] = process.argv.slice(2);
const replace = process.argv.includes('--replace');
const ec2 = new EC2Client({});

/** Type and key without the comment, which EC2 does not keep. */
const bare = (publicKey) => publicKey.trim().split(/\s+/).slice(0, 2).join(' ');

async function known() {
  try {
    const answer = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: [name], IncludePublicKey: true }));
    return answer.KeyPairs?.[0]?.PublicKey ?? '';
  } catch (error) {
    if (error.name === 'InvalidKeyPair.NotFound') return undefined;
    throw error;
  }
}

async function main() {
  const publicKey = readFileSync(file);
  const there = await known();
  if (there !== undefined && bare(there) === bare(publicKey.toString()))
    return console.log(`-- Key pair ${name} is known to EC2`);
  if (there !== undefined && !replace) {
    throw new Error(
      `EC2 has another key of that name; choose one of your own with KEYPAIR_NAME=… npm run dev:setup`,
    );
  }
  if (there !== undefined) await ec2.send(new DeleteKeyPairCommand({ KeyName: name }));
  await ec2.send(new ImportKeyPairCommand({ KeyName: name, PublicKeyMaterial: publicKey }));
  console.log(`-- Imported key pair ${name}`);
}

await main().catch((error) => {
  console.error(`Cannot import the key pair ${name}: ${error.message || error.name}`);
  process.exitCode = 1;
});
