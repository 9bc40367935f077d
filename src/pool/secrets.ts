// What must not be shown: values whose name smells of a secret, and passwords inside URLs.

const SMELLS = /KEY|SECRET|TOKEN|PASS|CREDENTIAL/i;
const HIDDEN = '********';

/** The value as it may be shown under this name. */
export function masked(name: string, value: string): string {
  if (SMELLS.test(name)) return HIDDEN;
  return value.replace(/(\w+:\/\/[^/\s:@]*:)[^/\s@]+@/g, `$1${HIDDEN}@`);
}
