// By which interfaces the outside comes to this machine: those of its default routes.
import { readFile } from 'node:fs/promises';

/** Of the kernel's table (proc(5), net/route; columns: interface, destination, …, mask in the eighth). */
export function outwardIn(table: string): readonly string[] {
  const routes = table.split('\n').map((line) => line.trim().split(/\s+/));
  const outward = routes.filter(
    ([, destination, , , , , , mask]) => `${destination}/${mask}` === '00000000/00000000',
  );
  return [...new Set(outward.map(([name = '']) => name))];
}

/** Of this machine, at this moment; none where it has no way out. */
export const outward = async (): Promise<readonly string[]> =>
  outwardIn(await readFile('/proc/net/route', 'utf8').catch(() => ''));
