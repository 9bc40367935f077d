// What a node's script does about Heartbeat, with the functions of templates/heartbeat.sh.

/** Lines for the configure script, after its files and `read_units`: a node alone has no Heartbeat (row 45). */
export const heartbeatCalls = (hasPair: boolean): readonly string[] => [
  hasPair ? 'run_heartbeat' : 'end_heartbeat',
];

/** Lines for the end of that script, when Heartbeat has had its time. */
export const heartbeatStays = (hasPair: boolean): readonly string[] => (hasPair ? ['heartbeat_stays'] : []);
