// The node's word `claim` in a file of its own, with nothing else in it: while it starts, nobody serves.
import { run } from './node/claim.ts';
import { report } from './node/report.ts';

process.exit(await run(process.argv.slice(2)).catch(report));
