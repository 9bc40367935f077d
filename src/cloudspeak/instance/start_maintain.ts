// instance start_maintain: by hand what Heartbeat does; the node maintains where it may be the master.
import { onMaintainService } from '../maintain-service.ts';
import type { Run } from '../word.ts';

export const run: Run = onMaintainService('start_maintain');
