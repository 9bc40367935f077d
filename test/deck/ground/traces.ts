// What a local cloud leaves on this machine: every line of the kernel's and podman's lists that one of its names is in.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cloudIdOf, namesOf } from '../../../src/local-cloud/network/names.ts';

const exec = promisify(execFile);

const lines = async (program: string, ...words: readonly string[]): Promise<readonly string[]> =>
  (await exec(program, words)).stdout.split('\n');

async function processes(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = async (pid: string) => {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return `${pid} ${words.replaceAll('\0', ' ')}`;
  };
  return Promise.all(pids.map(read));
}

/** Names by which whatever belongs to the cloud in that folder can be known, its living machines' included. */
export async function namesOfCloud(state: string, instances: readonly string[]): Promise<readonly string[]> {
  const names = namesOf(cloudIdOf(state));
  const filter = `name=${names.prefix}`;
  const containers = await lines('podman', 'ps', '--all', '--quiet', '--no-trunc', '--filter', filter);
  const ids = containers.filter((id) => id !== '');
  const format = '{{.GraphDriver.Data.MergedDir}}';
  const merged = ids.length > 0 ? await lines('podman', 'inspect', '--format', format, ...ids) : [];
  const ports = instances.map((id) => names.port(id));
  const all = [names.cloudId, state, ...ids, ...merged, ...ports, ...instances];
  return all.filter((name) => name.length > 3);
}

/** For each list of this machine, its lines with one of the names in them. */
export async function traces(names: readonly string[]) {
  const about = (all: readonly string[]) => all.filter((line) => names.some((name) => line.includes(name)));
  const podman = ['ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.Labels}}'];
  return {
    containers: about(await lines('podman', ...podman)),
    links: about(await lines('ip', '-oneline', 'link')),
    addresses: about(await lines('ip', '-oneline', 'address')),
    routes: about(await lines('ip', 'route', 'show', 'table', 'all')),
    namespaces: about(await lines('ip', 'netns')),
    tables: about(await lines('nft', 'list', 'tables')),
    firewall: about(await lines('iptables-save')),
    mounts: about((await readFile('/proc/mounts', 'utf8')).split('\n')),
    processes: about(await processes()),
  };
}
