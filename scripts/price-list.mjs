// Reads one region of AWS's own price list of EC2, the CSV, line by line: it is far too long to be held as a whole.

/** What a pool may sensibly be made of; whatever else is needed stands in `prices` of a pool.yml. */
const FAMILY = /^(t3|t3a|t4g|[mcr][5-9][agi]?)$/;
const SIZE = /^(nano|micro|small|medium|large|\d*xlarge)$/;

/** One line of CSV with quotes, where a quote inside is doubled; AWS's lines hold no line breaks. */
export const cells = (line) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));

const isInstanceHour = (row) =>
  row['TermType'] === 'OnDemand' &&
  row['Product Family'] === 'Compute Instance' &&
  row['Operating System'] === 'Linux' &&
  row['Tenancy'] === 'Shared' &&
  row['Pre Installed S/W'] === 'NA' &&
  row['CapacityStatus'] === 'Used' &&
  row['MarketOption'] === 'OnDemand' &&
  row['Unit'] === 'Hrs';

const isVolume = (row) =>
  row['TermType'] === 'OnDemand' &&
  row['Product Family'] === 'Storage' &&
  row['Volume API Name'] === 'gp3' &&
  row['Unit'] === 'GB-Mo';

function take(found, row) {
  const usd = Number(row['PricePerUnit']);
  if (row['Currency'] !== 'USD' || !(usd > 0)) return;
  if (isVolume(row)) found.gp3 = usd;
  if (!isInstanceHour(row)) return;
  const [family, size] = row['Instance Type'].split('.');
  if (!FAMILY.test(family) || !SIZE.test(size)) return;
  const sizes = found.families[family] ?? {};
  found.families[family] = sizes;
  if (sizes[size] !== undefined && sizes[size] !== usd)
    throw new Error(`the list has two prices for ${family}.${size}: ${sizes[size]} and ${usd}`);
  sizes[size] = usd;
  found.region = row['Region Code'];
}

const order = (record, rank) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));

const SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge'];
const sizeRank = (size) => (SIZES.includes(size) ? SIZES.indexOf(size) : 5 + Number.parseInt(size, 10));

/** Region, date and prices from the lines of a list. Throws where it is none, or has no prices of a region. */
export async function readPriceList(lines) {
  const found = { region: undefined, gp3: undefined, families: {} };
  let names;
  let date = '';
  for await (const line of lines) {
    const row = cells(line);
    if (names !== undefined) take(found, Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])));
    else if (row[0] === 'Publication Date') date = (row[1] ?? '').slice(0, 10);
    else if (row[0] === 'SKU') names = row;
  }
  if (names === undefined || date === '')
    throw new Error(
      "this is not AWS's price list of EC2 as CSV: offers/v1.0/aws/AmazonEC2/current/REGION/index.csv",
    );
  if (found.region === undefined || found.gp3 === undefined)
    throw new Error('the list holds no on-demand prices of Linux instances, or none of gp3');
  const families = Object.entries(found.families).map(([name, sizes]) => [name, order(sizes, sizeRank)]);
  return {
    region: found.region,
    date,
    gp3: found.gp3,
    families: order(Object.fromEntries(families), () => 0),
  };
}

/** The table with this region as the list has it. */
export function withRegion(table, { region, date, gp3, families }) {
  const entry = { checked: `AWS's price list of ${date}`, gp3_gb_month: gp3, families };
  return { ...table, regions: { ...table.regions, [region]: entry } };
}

/** JSON with one line for each family, so that a change of a price shows as a line. */
export const tableText = (table) =>
  `${JSON.stringify(table, null, 2).replace(
    /\{\n\s+("(?:nano|micro|small|medium|large|\d*xlarge)": [^{}]*?)\n\s+\}/g,
    (_, inside) => `{ ${inside.replace(/\n\s+/g, ' ')} }`,
  )}\n`;
