// instance stop_maintain: the node maintains no more, and does not begin again by itself.
import { onMaintainService } from '../maintain-service.ts';
import type { Run } from '../word.ts';

export const run: Run = onMaintainService('stop_maintain');
