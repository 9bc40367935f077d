// instance restart: restarts the services of the node (app, haproxy), not the machine.
import { onServices } from '../services.ts';
import type { Run } from '../word.ts';

export const run: Run = onServices('restart');
