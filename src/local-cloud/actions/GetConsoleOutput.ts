// GetConsoleOutput: the boot log with the host keys' fingerprints, in base64.
import {
  GetConsoleOutput$,
  type GetConsoleOutputRequest,
  type GetConsoleOutputResult,
} from '@aws-sdk/client-ec2';
import { required } from '../api/errors.ts';
import { findInstance } from '../model/find.ts';
import { action, type Call } from './action.ts';

async function run(input: GetConsoleOutputRequest, { cloud, state }: Call): Promise<GetConsoleOutputResult> {
  const instance = findInstance(state, required(input.InstanceId, 'InstanceId'));
  const hasConsole = instance.state !== 'terminated' && instance.bootedOnce;
  const text = hasConsole ? await cloud.engine.console(instance.id) : '';
  return { InstanceId: instance.id, Timestamp: cloud.now(), Output: Buffer.from(text).toString('base64') };
}

export const GetConsoleOutput = action(GetConsoleOutput$, run);
