// Writes regions of src/pool/prices.json anew from AWS's own price list: `npm run prices -- FILE_OR_URL…`, a region each.
// The list of a region: https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current/us-east-1/index.csv
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { readPriceList, tableText, withRegion } from './price-list.mjs';

const path = process.env.PRICES_FILE ?? new URL('../src/pool/prices.json', import.meta.url);

async function open(source) {
  if (!/^https?:/.test(source)) return createReadStream(source);
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`${source} answered ${answer.status}`);
  return Readable.fromWeb(answer.body);
}

const sources = process.argv.slice(2);
if (sources.length === 0) {
  console.error(
    'prices: name a list of AWS, as a file or a URL (…/AmazonEC2/current/REGION/index.csv), for each region',
  );
  process.exit(2);
}
try {
  let table = JSON.parse(await readFile(path, 'utf8'));
  for (const source of sources) {
    const list = await readPriceList(createInterface({ input: await open(source), crlfDelay: Infinity }));
    table = { ...withRegion(table, list), as_of: list.date };
    const count = Object.values(list.families).flatMap(Object.keys).length;
    console.log(`${list.region}: ${count} types as of ${list.date}`);
  }
  await writeFile(path, tableText(table));
} catch (error) {
  console.error(`prices: ${error.message}`);
  process.exit(1);
}
