// The node's word `claim` in a file of its own, with nothing else in it: while it starts, nobody serves.
import { run } from './node/claim.ts';
import { speakOnNode } from './node/speak.ts';

await speakOnNode(run);
