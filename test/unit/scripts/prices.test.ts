// The table of prices made anew from AWS's own list, by the real script, on a small list of AWS's form.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = new URL('../../../scripts/prices.mjs', import.meta.url).pathname;
const table = new URL('../../../src/pool/prices.json', import.meta.url).pathname;

const NAMES = [
  ...['SKU', 'TermType', 'PriceDescription', 'Unit', 'PricePerUnit', 'Currency', 'Product Family'],
  ...['Instance Type', 'Tenancy', 'Operating System', 'Pre Installed S/W', 'CapacityStatus', 'MarketOption'],
  ...['Region Code', 'Volume API Name'],
] as const;
type Row = Partial<Record<(typeof NAMES)[number], string>>;

const instance = (type: string, usd: string, over: Row = {}): Row => ({
  SKU: 'ABC',
  TermType: 'OnDemand',
  PriceDescription: `$${usd} per On Demand "Linux", ${type}`,
  Unit: 'Hrs',
  PricePerUnit: usd,
  Currency: 'USD',
  'Product Family': 'Compute Instance',
  'Instance Type': type,
  Tenancy: 'Shared',
  'Operating System': 'Linux',
  'Pre Installed S/W': 'NA',
  CapacityStatus: 'Used',
  MarketOption: 'OnDemand',
  'Region Code': 'eu-north-9',
  ...over,
});
const gp3: Row = {
  TermType: 'OnDemand',
  Unit: 'GB-Mo',
  PricePerUnit: '0.0912000000',
  Currency: 'USD',
  'Product Family': 'Storage',
  'Volume API Name': 'gp3',
  'Region Code': 'eu-north-9',
};

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const list = (...rows: readonly Row[]): string =>
  [
    '"FormatVersion","v1.0"',
    '"Disclaimer","for information only, they say"',
    '"Publication Date","2026-11-01T10:00:00Z"',
    '"Version","20261101100000"',
    '"OfferCode","AmazonEC2"',
    NAMES.map(quoted).join(','),
    ...rows.map((row) => NAMES.map((name) => (row[name] === undefined ? '' : quoted(row[name]))).join(',')),
  ].join('\n');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-prices-'));
  copyFileSync(table, join(folder, 'prices.json'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function refreshed(text: string) {
  const file = join(folder, 'prices.json');
  writeFileSync(join(folder, 'index.csv'), text);
  const env = { ...process.env, PRICES_FILE: file };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, join(folder, 'index.csv')], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr, text: readFileSync(file, 'utf8') };
}

test('takes Linux on demand alone, of the families that we know, and dates the table', () => {
  const { status, stdout, text } = refreshed(
    list(
      instance('t3.small', '0.0216000000'),
      instance('t3.nano', '0.0054'),
      instance('t3.small', '0.9', { 'Operating System': 'Windows' }),
      instance('t3.small', '0.8', { Tenancy: 'Dedicated' }),
      instance('t3.small', '0.7', { TermType: 'Reserved' }),
      instance('t3.small', '0.6', { 'Pre Installed S/W': 'SQL Web' }),
      instance('t3.small', '0.0', { CapacityStatus: 'UnusedCapacityReservation' }),
      instance('m5.metal', '4'),
      instance('p4d.24xlarge', '30'),
      gp3,
    ),
  );
  expect([status, stdout]).toEqual([0, 'eu-north-9: 2 types as of 2026-11-01\n']);
  const written = JSON.parse(text);
  expect(written.as_of).toBe('2026-11-01');
  expect(written.regions['eu-north-9']).toEqual({
    checked: "AWS's price list of 2026-11-01",
    gp3_gb_month: 0.0912,
    families: { t3: { nano: 0.0054, small: 0.0216 } },
  });
  expect(written.regions['us-east-1']).toEqual(JSON.parse(readFileSync(table, 'utf8')).regions['us-east-1']);
  expect(text).toContain('"t3": { "nano": 0.0054, "small": 0.0216 }\n');
});

test('the table as it is shipped stands as the script would write it', () => {
  const { text } = refreshed(list(instance('t3.small', '0.02'), gp3));
  const shipped = readFileSync(table, 'utf8');
  expect(text.slice(0, text.indexOf('"eu-north-9"')).replace(/"as_of".*/, '')).toContain(
    shipped.slice(0, -'\n  }\n}\n'.length).replace(/"as_of".*/, ''),
  );
});

test.for([
  ['no list of AWS', 'a,b\n1,2\n', "prices: this is not AWS's price list of EC2 as CSV"],
  ['a list without prices', list(gp3), 'prices: the list holds no on-demand prices'],
  [
    'two prices for one type',
    list(instance('t3.small', '1'), instance('t3.small', '2'), gp3),
    'prices: the list has two prices for t3.small: 1 and 2',
  ],
] as const)('%s leaves the table as it was', ([, text, words]) => {
  const before = readFileSync(table, 'utf8');
  const { status, stderr, text: after } = refreshed(text);
  expect([status, after]).toEqual([1, before]);
  expect(stderr).toContain(words);
});
