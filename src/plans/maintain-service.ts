// The maintain service of one node as a person starts and stops it: the script, and what its answer means.
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import type { Templates } from '../pool/templates.ts';

export type MaintainWord = 'start_maintain' | 'stop_maintain' | 'go_on';

/** What a node says after the word. */
export interface MaintainTold {
  /** False where the node has no such service. */
  readonly hasUnit: boolean;
  readonly runs: boolean;
  /** It ran before it was stopped. */
  readonly ran: boolean;
  /** It was switched off by `stop_maintain`. */
  readonly off: boolean;
  /** The last word of the node's claim: `hold: …`, `leave: …`, `unknown: …`; empty where none was asked for. */
  readonly claim: string;
  /** Who acts on the pool with its lock, from elsewhere. */
  readonly who: string | undefined;
}

/** A script for `Remote.run`; `go_on` starts the service and asks for no claim. */
export const maintainScript = (templates: Templates, word: MaintainWord): string =>
  [templates['maintain.sh'], word].join('\n');

/** What `maintainScript` printed. Throws where it did not come to its end. */
export function parseMaintain(stdout: string): MaintainTold {
  const said = (key: string) => new RegExp(`^${key} (.+)$`, 'm').exec(stdout)?.[1];
  if (said('unit') === undefined && said('state') === undefined) throw new Error('it tells no state');
  return {
    hasUnit: said('unit') !== 'none',
    runs: said('state') === 'active',
    ran: said('ran') === 'yes',
    off: said('off') === 'yes',
    claim: said('claim') ?? '',
    who: said('who'),
  };
}

/** Why a node has no maintain service, and what to do instead. */
function whyNoUnit({ public_ip, instance_profile }: Settings): string {
  if (public_ip === 'none')
    return 'public_ip is none, so no node is its master by itself; run pool maintain where you are';
  if (instance_profile === undefined)
    return 'without an instance_profile no node may ask EC2; set one, or run pool maintain where you are';
  return 'it was not configured for it yet; run pool configure';
}

const refuse = (node: Node, what: string): never => {
  throw new PoolError(`${node.name} (${node.id}): ${what}`);
};

/** What a person can do about a claim that left the address where it is. */
const left = (why: string): string =>
  why.includes(' holds ') ? `${why}; pool failover moves it on purpose` : why;

/** One line for a start that did what it should. Throws one that says why the node does not maintain now. */
export function startedLine(node: Node, told: MaintainTold, settings: Settings): string {
  const { claim, who } = told;
  if (!told.hasUnit) refuse(node, `it has no maintain service: ${whyNoUnit(settings)}`);
  if (claim.startsWith('leave: ')) return refuse(node, left(claim.slice('leave: '.length)));
  if (told.runs) return `${node.name}: maintains the pool`;
  if (claim.startsWith('hold: ') && who !== undefined)
    return refuse(node, `the pool is maintained by ${who}; the service goes on here when that has ended`);
  if (claim.startsWith('hold: '))
    return refuse(node, 'the service does not stay up; see journalctl -u poolparty-maintain on the node');
  return refuse(node, `${claim || 'the claim said nothing'}; see journalctl -u poolparty-claim on the node`);
}

/** One line for a stop. Throws where the node has no such service, or where it still runs. */
export function stoppedLine(node: Node, told: MaintainTold, settings: Settings): string {
  if (!told.hasUnit) refuse(node, `nothing to stop, it has no maintain service: ${whyNoUnit(settings)}`);
  if (told.runs) refuse(node, 'the service still runs; see journalctl -u poolparty-maintain on the node');
  const others = told.who === undefined ? '' : `; the pool is maintained by ${told.who}, which goes on`;
  return told.ran
    ? `${node.name}: stopped maintaining; instance start_maintain starts it again`
    : `${node.name}: nothing to stop, its maintain service did not run${others}; it stays off until start_maintain`;
}
