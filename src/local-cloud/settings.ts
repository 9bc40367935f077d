// How the cloud keeps time, and what of it can be set from outside.

/** Durations in milliseconds. */
export interface Settings {
  /** From the moment an elastic address leaves until the instance has an automatic one again. */
  readonly publicAddressDelay: number;
  /** How long a terminated instance is still described. */
  readonly terminatedVisible: number;
  readonly pulseEvery: number;
}

export const DEFAULT_SETTINGS: Settings = {
  publicAddressDelay: 2_000,
  terminatedVisible: 600_000,
  pulseEvery: 5_000,
};

/** Environment variables of the daemon, in seconds. */
const VARIABLES: Readonly<Record<keyof Settings, string>> = {
  publicAddressDelay: 'POOLPARTY_LOCAL_PUBLIC_ADDRESS_DELAY',
  terminatedVisible: 'POOLPARTY_LOCAL_TERMINATED_VISIBLE',
  pulseEvery: 'POOLPARTY_LOCAL_PULSE_EVERY',
};

function duration(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const seconds = Number(text);
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw new Error(`${name} is a number of seconds, not "${text}"`);
  return seconds * 1_000;
}

/** The defaults, changed by what the environment says. Throws on a value that is no number of seconds. */
export function settingsIn(env: Readonly<Record<string, string | undefined>>): Settings {
  const read = (key: keyof Settings): number =>
    duration(VARIABLES[key], env[VARIABLES[key]], DEFAULT_SETTINGS[key]);
  return {
    publicAddressDelay: read('publicAddressDelay'),
    terminatedVisible: read('terminatedVisible'),
    pulseEvery: read('pulseEvery'),
  };
}
