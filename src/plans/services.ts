// The services of a node, started, stopped or started again: those that are configured there, and no machine.
import { command } from '../pool/shell.ts';

export type ServiceWord = 'start' | 'stop' | 'restart';

/** In the order of starting: files before who reads them, and what serves before what sends it visitors. */
const UNITS = ['poolparty-data', 'poolparty-app', 'haproxy', 'heartbeat'] as const;

/** A package's unit may be there without being ours: Heartbeat counts only once it has a configuration. */
const CONFIGURED = `configured() {
  if [ "$1" = heartbeat ]; then [ -e /etc/ha.d/ha.cf ]; else systemctl cat "$1" >/dev/null 2>&1; fi
}`;

const TOUCH = `touch_unit() {
  configured "$2" || return 0
  if systemctl "$1" "$2"; then echo "$2"; else failed=1; fi
}`;

/**
 * A script for `Remote.run` that prints the name of each unit that it touched, a line each.
 * Exit code 1 where one of them refused; the others are touched all the same.
 */
export function servicesScript(word: ServiceWord): string {
  const units = word === 'stop' ? [...UNITS].reverse() : UNITS;
  const calls = units.map((unit) => command('touch_unit', word, unit));
  return [CONFIGURED, TOUCH, 'failed=0', ...calls, 'exit $failed'].join('\n');
}

/** The units that the script touched; other lines are a login shell's. */
export const parseServices = (stdout: string): readonly string[] =>
  stdout.split('\n').filter((line) => UNITS.some((unit) => unit === line));
