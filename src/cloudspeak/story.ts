// The story of `pool start` in the deck's words and order, each line once, as its moment comes.
import type { Node } from '../pool/instance.ts';
import type { Terminal } from '../world/world.ts';

/** The deck's lines in the deck's order, each at the news that makes it true. */
const CHAPTERS = [
  'Starting cloud',
  'Launching minimum_instances',
  'Waiting for master to boot up',
  'Give some time for the instance ssh to start up',
  'Configuring master',
] as const;

type Chapter = (typeof CHAPTERS)[number];

/** How far a node is, as the live view shows it. */
type Stage = 'booting' | 'waiting for ssh' | 'configuring' | 'in rotation' | 'failed';

export interface Story {
  /** Says every chapter up to this one that was not said yet. */
  reach(chapter: Chapter): void;
  /** Seconds since the story began stand beside it. */
  stage(node: Node, stage: Stage): void;
  end(): void;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** `monotonic` in ms, as the world's clock gives it. */
export function tell(terminal: Terminal, monotonic: () => number): Story {
  const began = monotonic();
  const view = terminal.live();
  const stages = new Map<string, { node: Node; stage: Stage; at: number }>();
  let said = 0;
  const draw = () => {
    const rows = [...stages.values()].sort((a, b) => a.node.index - b.node.index);
    view?.update(
      rows.map(
        ({ node, stage, at }) =>
          `   ${node.name.padEnd(7)}${node.id}  ${stage.padEnd(18)}${seconds(at - began)}`,
      ),
    );
  };
  return {
    reach(chapter) {
      for (; said <= CHAPTERS.indexOf(chapter); said += 1) terminal.say(CHAPTERS[said] ?? '');
    },
    stage(node, stage) {
      const before = stages.get(node.id);
      stages.set(node.id, { node, stage, at: before?.stage === stage ? before.at : monotonic() });
      if (stage === 'in rotation' && before?.stage !== stage && !view) {
        terminal.say(`${node.name} is in rotation after ${seconds(monotonic() - began)}`);
      }
      draw();
    },
    end: () => view?.done(),
  };
}
