// A Remote that is loaded when a node is first spoken to: ssh is slow to load, and many words need none.
import type { Remote } from './world.ts';

export function lazyRemote(load: () => Promise<Remote>): Remote {
  let loaded: Promise<Remote> | undefined;
  const remote = (): Promise<Remote> => {
    loaded ??= load();
    return loaded;
  };
  return {
    reach: async (node, timeout) => (await remote()).reach(node, timeout),
    run: async (node, script, options) => (await remote()).run(node, script, options),
    ask: async (node, script, timeout) => (await remote()).ask(node, script, timeout),
    shell: async (node) => (await remote()).shell(node),
    close: () => {
      loaded?.then((real) => real.close()).catch(() => undefined);
    },
  };
}
