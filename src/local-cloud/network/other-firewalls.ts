// Hosts whose own firewall drops what it forwards (Docker sets that): machines' packets are let through.
import { attempt, run } from '../machines/command.ts';
import type { Names } from './names.ts';
import type { AddressPlan } from './plan.ts';

/** Lets packets from and to machines pass the host's FORWARD chain, where that drops by default. Idempotent. */
export async function openForward(names: Names, plan: AddressPlan): Promise<void> {
  const { code, stdout } = await attempt(['iptables', '-S', 'FORWARD']).catch(() => ({
    code: 1,
    stdout: '',
  }));
  if (code !== 0 || !stdout.startsWith('-P FORWARD DROP')) return;
  for (const rule of rules(names, plan)) {
    const { code: absent } = await attempt(['iptables', '-C', 'FORWARD', ...rule]);
    if (absent !== 0) await run(['iptables', '-I', 'FORWARD', ...rule]);
  }
}

/** Takes those rules away again. No error where there are none. */
export async function closeForward(names: Names, plan: AddressPlan): Promise<void> {
  for (const rule of rules(names, plan))
    await attempt(['iptables', '-D', 'FORWARD', ...rule]).catch(() => {});
}

function rules(names: Names, plan: AddressPlan): string[][] {
  const mark = ['-m', 'comment', '--comment', names.table, '-j', 'ACCEPT'];
  return [
    ['-s', plan.vpc, ...mark],
    ['-d', plan.vpc, ...mark],
  ];
}
