// How the cloud keeps time, and what of it can be set from outside.

/** Durations in milliseconds. */
export interface Settings {
  /** From the moment an elastic address leaves until the instance has an automatic one again. */
  readonly publicAddressDelay: number;
  /** How long a terminated instance is still described. */
  readonly terminatedVisible: number;
  readonly pulseEvery: number;
  /** Addresses that the account may have, and vCPUs, of each market. */
  readonly addressLimit: number;
  readonly vcpuLimit: number;
}

export const DEFAULT_SETTINGS: Settings = {
  publicAddressDelay: 2_000,
  terminatedVisible: 600_000,
  pulseEvery: 5_000,
  addressLimit: 100,
  vcpuLimit: 256,
};

/** Environment variables of the daemon: durations in seconds, limits as whole numbers. */
const VARIABLES: Readonly<Record<keyof Settings, string>> = {
  publicAddressDelay: 'POOLPARTY_LOCAL_PUBLIC_ADDRESS_DELAY',
  terminatedVisible: 'POOLPARTY_LOCAL_TERMINATED_VISIBLE',
  pulseEvery: 'POOLPARTY_LOCAL_PULSE_EVERY',
  addressLimit: 'POOLPARTY_LOCAL_ADDRESS_LIMIT',
  vcpuLimit: 'POOLPARTY_LOCAL_VCPU_LIMIT',
};

function duration(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const seconds = Number(text);
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw new Error(`${name} is a number of seconds, not "${text}"`);
  return seconds * 1_000;
}

function limit(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${name} is a whole number, not "${text}"`);
  return Number(text);
}

/** The defaults, changed by what the environment says. Throws on a value that is none of its kind. */
export function settingsIn(env: Readonly<Record<string, string | undefined>>): Settings {
  const read = (key: keyof Settings): number =>
    duration(VARIABLES[key], env[VARIABLES[key]], DEFAULT_SETTINGS[key]);
  const count = (key: keyof Settings): number =>
    limit(VARIABLES[key], env[VARIABLES[key]], DEFAULT_SETTINGS[key]);
  return {
    publicAddressDelay: read('publicAddressDelay'),
    terminatedVisible: read('terminatedVisible'),
    pulseEvery: read('pulseEvery'),
    addressLimit: count('addressLimit'),
    vcpuLimit: count('vcpuLimit'),
  };
}
