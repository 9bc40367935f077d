// Calls of EC2 in a minute of an idle maintainer, by the size of its pool; prints one document.
import { idle } from '../../test/unit/world/maintain/idle.ts';

const found = [];
for (const nodes of [3, 100, 1_000]) {
  const { calls, ticks, steps } = await idle(nodes);
  found.push({ nodes, calls: calls.length, ticks, steps: steps.length });
}
console.log(JSON.stringify(found));
