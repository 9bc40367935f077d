// What an instance costs: on-demand prices of common types, in us-east-1, for Linux, as AWS published them.

/** When these prices held; AWS rarely changes them, and the bill is what counts. */
export const PRICES_OF = 'January 2025';

const BURSTABLE = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'];
const REGULAR = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'];
const COMPUTE_5 = ['large', 'xlarge', '2xlarge', '4xlarge', '9xlarge', '12xlarge', '18xlarge', '24xlarge'];

/** US dollars per hour of the size `large`: within a family the price goes with the size. */
const FAMILIES: Readonly<Record<string, { readonly large: number; readonly sizes: readonly string[] }>> = {
  t3: { large: 0.0832, sizes: BURSTABLE },
  t3a: { large: 0.0752, sizes: BURSTABLE },
  t4g: { large: 0.0672, sizes: BURSTABLE },
  m5: { large: 0.096, sizes: REGULAR },
  m5a: { large: 0.086, sizes: REGULAR },
  m6i: { large: 0.096, sizes: REGULAR },
  m6a: { large: 0.0864, sizes: REGULAR },
  m7i: { large: 0.1008, sizes: REGULAR },
  c5: { large: 0.085, sizes: COMPUTE_5 },
  c6i: { large: 0.085, sizes: REGULAR },
  c6a: { large: 0.0765, sizes: REGULAR },
  c7i: { large: 0.08925, sizes: REGULAR },
  r5: { large: 0.126, sizes: REGULAR },
  r6i: { large: 0.126, sizes: REGULAR },
  r7i: { large: 0.1323, sizes: REGULAR },
};

const SMALL: Readonly<Record<string, number>> = { nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2 };

/** How many times as big as `large`, which has 2 vCPUs. */
const timesLarge = (size: string): number =>
  SMALL[size] ?? (size === 'large' ? 1 : 2 * (Number.parseInt(size, 10) || 1));

/** US dollars for an hour of one instance of this type; undefined for a type that is not in the table. */
export function hourlyUsd(type: string): number | undefined {
  const [name = '', size = ''] = type.split('.');
  const family = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
  return family?.sizes.includes(size) ? family.large * timesLarge(size) : undefined;
}

/** The vCPUs of a type; 2 for one that is not in the table. The smallest have 2, too. */
export const vcpusOf = (type: string): number =>
  hourlyUsd(type) === undefined ? 2 : Math.max(2, 2 * timesLarge(type.split('.')[1] ?? ''));
