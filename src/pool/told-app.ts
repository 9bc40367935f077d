// What every app is told of its place, in its environment. The settings leave these names to PoolParty.

/** By name, what to set where the app is to hear something else. */
const TOLD = {
  PORT: 'it is the client_port; set that',
  POOL_SHARED_PATH: 'it is the shared_path; set that',
  POOL_NODE: "it is the node's name; choose another name",
  POOL_INSTANCE_ID: "it is the node's instance id; choose another name",
} as const satisfies Readonly<Record<string, string>>;

/** Variables that PoolParty gives to an app; what is made for a node has no others. */
export type ToldApp = Partial<Record<keyof typeof TOLD, string>>;

/** What to do instead of setting this variable; undefined where it is free. */
export const insteadOf = (name: string): string | undefined =>
  Object.hasOwn(TOLD, name) ? TOLD[name as keyof typeof TOLD] : undefined;
