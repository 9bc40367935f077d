// What can go wrong on request, as data: a rule that is kept with the cloud's state, and the occasions it may strike at.

export type Kind =
  | 'throttle'
  | 'error'
  | 'cut'
  | 'capacity'
  | 'unknown-ids'
  | 'lag'
  | 'slow-boot'
  | 'no-boot'
  | 'ssh-refused'
  | 'slow-address'
  | 'no-metadata'
  | 'blackhole'
  | 'spot-notice'
  | 'retirement';

export type Market = 'spot' | 'on-demand';

/** What a fault can be narrowed to. */
interface Aim {
  /** An action of the API, such as RunInstances. */
  readonly action?: string;
  /** The letter of an availability zone. */
  readonly zone?: string;
  readonly type?: string;
  readonly market?: Market;
  readonly instance?: string;
}

/** A fault as it is asked for. Durations are in ms. */
export interface Wanted extends Aim {
  readonly kind: Kind;
  /** How long it goes on; for ever where it is absent. */
  readonly lasts?: number;
  /** How often it strikes before it is over. */
  readonly count?: number;
  /** Of its occasions, how many are struck: 0 to 1, all where it is absent. */
  readonly probability?: number;
  /** The same seed strikes the same occasions, counted from the first. */
  readonly seed?: number;
  /** How late, how long, how soon: what it means depends on the kind. */
  readonly delay?: number;
  /** Which of the kind's forms. */
  readonly how?: string;
}

/** A fault that is at work. */
export interface Fault extends Omit<Wanted, 'lasts' | 'probability' | 'seed'> {
  readonly id: string;
  /** ISO 8601. */
  readonly since: string;
  readonly until?: string;
  readonly probability: number;
  readonly seed: number;
  /** Occasions so far, and those that it struck. */
  readonly seen: number;
  readonly struck: number;
}

/** Something that happens, and that a fault may strike. */
export interface Occasion extends Aim {
  readonly at: At;
}

/** `call`: before the API does what it is asked to; `read`: before it looks at its records. */
export type At = 'call' | 'read' | 'launch' | 'boot' | 'association' | 'metadata';
