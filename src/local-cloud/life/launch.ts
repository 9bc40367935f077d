// Boots machines: a new one, or one that was stopped; the instance is `pending` until its sshd answers.

import { setTimeout as pause } from 'node:timers/promises';
import type { Cloud } from '../cloud.ts';
import type { MachineSpec } from '../engine.ts';
import { delayOf } from '../faults/decide.ts';
import type { Kind } from '../faults/fault.ts';
import { imageById } from '../model/images.ts';
import { instanceType } from '../model/instance-types.ts';
import type { Instance } from '../model/state.ts';
import { internalError, move } from './move.ts';
import { giveAutomatic } from './public-address.ts';
import { end } from './terminate.ts';

/** The host name that EC2 gives: made from the private address. */
const hostname = (instance: Instance): string => `ip-${instance.privateIp.replaceAll('.', '-')}`;

function spec(instance: Instance): MachineSpec {
  const type = instanceType(instance.type);
  return {
    id: instance.id,
    image: imageById(instance.imageId)?.boots ?? '',
    hostname: hostname(instance),
    privateIp: instance.privateIp,
    vcpus: type?.vcpus ?? 1,
    memory: type?.memory ?? 1024,
    ...(instance.trouble?.hangs ? { hangs: true } : {}),
  };
}

async function boot(cloud: Cloud, instance: Instance, signal: AbortSignal): Promise<void> {
  try {
    await cloud.settled();
    const { late } = instance.trouble ?? {};
    if (late !== undefined) await pause(late, undefined, { signal });
    await cloud.engine.create(spec(instance), signal);
    if (instance.state === 'pending') move(cloud, instance, 'running');
  } catch (error) {
    if (instance.state === 'pending') end(cloud, instance, internalError(error));
    cloud.log(`launch of ${instance.id}: ${internalError(error).message}`);
  } finally {
    cloud.launching.delete(instance.id);
  }
}

/** What is to go wrong with the boot of a new instance. */
export function trouble(cloud: Cloud, { id, zone, type }: Instance): NonNullable<Instance['trouble']> {
  const hits = cloud.strike({ at: 'boot', instance: id, zone, type });
  const delay = (kind: Kind) => hits.filter((one) => one.kind === kind).map(delayOf);
  const [late, refused] = [delay('slow-boot')[0], delay('ssh-refused')[0]];
  return {
    ...(late === undefined ? {} : { late }),
    ...(refused === undefined ? {} : { refused }),
    ...(delay('no-boot').length > 0 ? { hangs: true } : {}),
  };
}

/** Boots the machine of a new instance behind the answer. */
export function launch(cloud: Cloud, instance: Instance): void {
  const abort = new AbortController();
  const over = boot(cloud, instance, abort.signal);
  cloud.launching.set(instance.id, { abort, over });
  cloud.behind(`launch of ${instance.id}`, over);
}

async function bootAgain(cloud: Cloud, instance: Instance): Promise<void> {
  try {
    await cloud.engine.start(instance.id);
    if (instance.state === 'pending') move(cloud, instance, 'running');
  } catch (error) {
    if (instance.state === 'pending') move(cloud, instance, 'stopped', internalError(error));
    throw error;
  }
}

/** Boots a stopped instance again; as on EC2 its launch time is new, and its automatic address too. */
export function start(cloud: Cloud, instance: Instance): void {
  instance.launchTime = cloud.now().toISOString();
  move(cloud, instance, 'pending');
  giveAutomatic(cloud, instance);
  cloud.behind(`start of ${instance.id}`, bootAgain(cloud, instance));
}

/** Goes on with a start that an earlier daemon began. */
export const startAgain = (cloud: Cloud, instance: Instance): void =>
  cloud.behind(`start of ${instance.id}`, bootAgain(cloud, instance));

/** Boots a running instance anew; to EC2 it runs all the time. */
export function reboot(cloud: Cloud, instance: Instance): void {
  instance.health = 'initializing';
  cloud.changed();
  cloud.behind(`reboot of ${instance.id}`, cloud.engine.reboot(instance.id));
}
