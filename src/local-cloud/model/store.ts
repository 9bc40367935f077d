// The state on disk: written whole to a new file that then takes the old one's place, so a crash leaves one of the two.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { newId } from './ids.ts';
import type { Group, State } from './state.ts';

const everyone = '0.0.0.0/0';

/** What is open from the start: everything out, and everything in between members of the group. */
export function newGroup(name: string, description: string): Group {
  const rules = [{ id: newId('sgr'), egress: true, protocol: '-1', cidr: everyone }];
  return { id: newId('sg'), name, description, rules };
}

function defaultGroup(): Group {
  const group = newGroup('default', 'default VPC security group');
  return {
    ...group,
    rules: [...group.rules, { id: newId('sgr'), egress: false, protocol: '-1', group: group.id }],
  };
}

/** A cloud in which nothing has happened yet. */
export function freshState(): State {
  const group = defaultGroup();
  return {
    instances: {},
    groups: { [group.id]: group },
    keyPairs: {},
    addresses: {},
    volumes: {},
    tags: {},
    launches: {},
    roleKeys: {},
    faults: [],
  };
}

/** Reads the state, or makes a fresh one where there is none. Throws on a file that is no state. */
export async function readState(file: string): Promise<State> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? freshState() : { ...freshState(), ...(JSON.parse(text) as State) };
}

export async function writeState(file: string, state: State): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
