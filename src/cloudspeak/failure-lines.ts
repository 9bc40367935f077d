// How the failure of a node is told: its name and the reason, then the last lines of what it said.
import type { NodeFailure } from '../world/nodes/memory.ts';

/** The first line names the node; a reason that begins with its name does so already. */
export const failureLines = ({ node, why, details }: NodeFailure): readonly [string, ...string[]] => [
  why.startsWith(node.name) ? why : `${node.name} (${node.id}): ${why}`,
  ...details.map((line) => `  | ${line}`),
];
