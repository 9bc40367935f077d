// Automatic public addresses: given at launch, lost to an elastic one, given again some time after that has left.
import type { Cloud } from '../cloud.ts';
import { delayOf } from '../faults/decide.ts';
import { elasticOf, freeAddress, publicTaken } from '../model/addresses.ts';
import { newId } from '../model/ids.ts';
import type { Address, Instance } from '../model/state.ts';

/** Gives an automatic address to an instance that wants one and has none. */
export function giveAutomatic(cloud: Cloud, instance: Instance): void {
  const has = instance.publicIp !== undefined || elasticOf(cloud.state, instance.id) !== undefined;
  if (has || !instance.wantsPublicIp) return;
  instance.publicIp = freeAddress(cloud.plan.publicRange, publicTaken(cloud.state));
  cloud.changed();
}

function giveLater(cloud: Cloud, instance: Instance): void {
  const timer = setTimeout(() => {
    if (instance.state === 'running') giveAutomatic(cloud, instance);
  }, cloud.settings.publicAddressDelay);
  timer.unref();
}

/** Takes an elastic address from whoever has it. */
export function disassociate(cloud: Cloud, address: Address): void {
  const instance = cloud.state.instances[address.association?.instanceId ?? ''];
  delete address.association;
  if (instance !== undefined) giveLater(cloud, instance);
  cloud.changed();
}

/** Packets may follow an association only after a while. */
function leadsLater(cloud: Cloud): { readonly leadsFrom?: string } {
  const [fault] = cloud.strike({ at: 'association' });
  return fault ? { leadsFrom: new Date(cloud.now().getTime() + delayOf(fault)).toISOString() } : {};
}

/** Gives an elastic address to an instance, and returns the id of the association. */
export function associate(cloud: Cloud, address: Address, instance: Instance): string {
  const former = elasticOf(cloud.state, instance.id);
  if (former !== undefined && former !== address) delete former.association;
  if (address.association?.instanceId === instance.id) return address.association.id;
  if (address.association !== undefined) disassociate(cloud, address);
  const id = newId('eipassoc');
  address.association = { id, instanceId: instance.id, ...leadsLater(cloud) };
  delete instance.publicIp;
  cloud.changed();
  return id;
}
