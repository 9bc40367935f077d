// How many vCPUs an instance type has, by its name: within a family they go with the size.

const BURSTABLE: ReadonlySet<string> = new Set(['t3', 't3a', 't4g']);
const REGULAR = /^[mcr][5-7][agi]?$/;

/** The vCPUs of a type; 2 for a family that is not known here. The smallest have 2, too. */
export function vcpusOf(type: string): number {
  const [family = '', size = ''] = type.split('.');
  if (!BURSTABLE.has(family) && !REGULAR.test(family)) return 2;
  const times = /^(\d*)xlarge$/.exec(size);
  return times ? 4 * (Number.parseInt(times[1] || '1', 10) || 1) : 2;
}
