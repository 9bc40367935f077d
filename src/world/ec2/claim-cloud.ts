// EC2 as a claim needs it: three verbs with limits of their own, on connections that can be thrown away.
import type { Settings } from '../../pool/settings.ts';
import type { ClaimCloud } from '../claim.ts';
import { associate, disassociate } from './address.ts';
import { connect, type Ec2Options } from './client.ts';
import { STEP_LIMITS } from './limits.ts';
import { look } from './look.ts';

/** Fresh connections; `close` ends them, whatever is still under way. */
export function connectForClaim(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  options: Pick<Ec2Options, 'credentials'>,
): ClaimCloud {
  const ec2 = connect(settings.region, env, { ...options, limits: STEP_LIMITS });
  return {
    look: () => look(ec2, settings.name, settings.public_ip),
    associate: (address, instance) => associate(ec2, address, instance),
    disassociate: (association) => disassociate(ec2, association),
    close: () => ec2.client.destroy(),
  };
}
