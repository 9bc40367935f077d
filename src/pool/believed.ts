// What a node tells of itself, believed only in its form: it comes to stand in files of other nodes.

/** As POSIX and DNS have names of machines; no blank, no line's end. */
const HOST = /^[A-Za-z0-9._-]{1,253}$/;
/** As Linux names network interfaces (dev_valid_name), without the odd ones: at most 15 characters. */
const DEVICE = /^[A-Za-z0-9._:@-]{1,15}$/;
const SECRET = /^[0-9a-f]{64}$/;

const inForm =
  (form: RegExp) =>
  (text: string | undefined): string | undefined =>
    text !== undefined && form.test(text) ? text : undefined;

/** The name of a machine (`uname -n`), or undefined where it is none. */
export const hostName = inForm(HOST);
/** The name of a network interface, or undefined where it is none. */
export const deviceName = inForm(DEVICE);
/** Heartbeat's secret, or undefined where it is none. */
export const heartbeatSecret = inForm(SECRET);
