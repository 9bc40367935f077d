// Judgements about the account: what its credentials may do, what is left of its limits, who is let in.
import { holds } from '../../pool/ipv4.ts';
import type { Settings } from '../../pool/settings.ts';
import { lets } from '../group-rules.ts';
import type { Caller } from '../openings.ts';
import type { FoundGroup } from '../own-group.ts';
import { type Finding, ill, skipped, well } from './finding.ts';

/** What a dry run of a call came to. `unasked`: there is nothing yet that it could be about. */
export type Verdict = 'allowed' | 'denied' | 'unasked';

const named = (verdicts: ReadonlyMap<string, Verdict>, wanted: Verdict): readonly string[] =>
  [...verdicts].filter(([, verdict]) => verdict === wanted).map(([call]) => call);

export function judgePermissions(verdicts: ReadonlyMap<string, Verdict>): readonly Finding[] {
  const [allowed, denied, unasked] = (['allowed', 'denied', 'unasked'] as const).map((one) =>
    named(verdicts, one),
  );
  const may = `${allowed?.length} of ${verdicts.size} calls are allowed`;
  const open =
    unasked?.length === 0
      ? []
      : [skipped('permissions', `not asked while the pool has nothing to ask about: ${unasked?.join(', ')}`)];
  return denied?.length === 0
    ? [well('permissions', may), ...open]
    : [
        ill(
          'permissions',
          `${may}; denied: ${denied?.join(', ')}`,
          'give these credentials the policy "operator" of docs/iam-policy.json (docs/permissions.md)',
        ),
        ...open,
      ];
}

export interface AddressCount {
  /** Undefined where EC2 tells no limit. */
  readonly limit: number | undefined;
  readonly used: number;
  /** Does the pool have its own already, or want none? */
  readonly wantsMore: boolean;
}

const ADDRESSES = 'elastic addresses';

export function judgeAddresses({ limit, used, wantsMore }: AddressCount): Finding {
  if (limit === undefined) return skipped(ADDRESSES, `EC2 tells no limit; ${used} are in use`);
  const text = `${used} of ${limit} are in use`;
  return wantsMore && used >= limit
    ? ill(
        ADDRESSES,
        `${text}, and the pool wants one`,
        'release one, ask AWS for more (quota L-0263D0A3), or set public_ip to one of yours, or to none',
      )
    : well(ADDRESSES, text);
}

/** EC2 does not tell how many vCPUs are left, and Service Quotas is another service. */
export const vcpuAdvice = (): Finding =>
  skipped(
    'vcpus',
    'EC2 tells no limit; ask: aws service-quotas get-service-quota --service-code ec2 --quota-code L-1216C47A',
  );

/** As src/world/world.ts has it. */
type Sight = 'absent' | 'ours' | 'forbidden' | 'elsewhere';

export function judgeBucket(name: string | undefined, sight: Sight | undefined): Finding {
  if (name === undefined || sight === undefined) return skipped('bucket', 'shared_bucket is not set');
  if (sight === 'forbidden')
    return ill(
      'bucket',
      `${name} exists, but these credentials may not use it`,
      'set shared_bucket to one of your own, or to a name that nobody has',
    );
  if (sight === 'elsewhere')
    return ill(
      'bucket',
      `${name} is in another region than the pool`,
      "set shared_bucket to one of the pool's region",
    );
  return well(
    'bucket',
    sight === 'ours' ? `${name} is there and ours` : `nobody has ${name} yet; pool start makes it`,
  );
}

/** Is the caller let in by ssh, as far as the group's rules say? */
export function judgeAccess(
  group: FoundGroup | undefined,
  { ssh_from }: Pick<Settings, 'ssh_from'>,
  { range }: Caller,
): Finding {
  const [address = ''] = range.split('/');
  if (group === undefined) return skipped('ssh', `you are at ${address}; the pool has no security group yet`);
  const isIn = group.rules.some(
    (rule) => lets(22, rule) && rule.peer.includes('/') && holds(rule.peer, address),
  );
  if (isIn) return well('ssh', `you are at ${address}, and let in by ssh`);
  return ssh_from === 'none'
    ? skipped('ssh', `you are at ${address}; ssh_from is none, so only nodes come in`)
    : ill('ssh', `you are at ${address}, and not let in by ssh`, 'pool authorize --me');
}
