// DisassociateAddress: by association, or by address as in EC2-Classic.
import { DisassociateAddress$, type DisassociateAddressRequest } from '@aws-sdk/client-ec2';
import { ApiError, missingParameter } from '../api/errors.ts';
import { disassociate } from '../life/public-address.ts';
import { findAssociation, findElasticIp } from '../model/find.ts';
import type { Address, State } from '../model/state.ts';
import { action, type Call, dryRun } from './action.ts';

function addressOf(input: DisassociateAddressRequest, state: State): Address {
  if (input.AssociationId !== undefined) return findAssociation(state, input.AssociationId);
  if (input.PublicIp === undefined) throw missingParameter('AssociationId');
  const address = findElasticIp(state, input.PublicIp);
  if (address.association === undefined)
    throw new ApiError('InvalidAssociationID.NotFound', `No association found for address '${address.ip}'`);
  return address;
}

function run(input: DisassociateAddressRequest, { cloud, state }: Call): void {
  const address = addressOf(input, state);
  dryRun(input);
  disassociate(cloud, address);
}

export const DisassociateAddress = action(DisassociateAddress$, run);
