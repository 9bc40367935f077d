// What must not be shown: values whose name smells of a secret, passwords inside URLs, and values that a slip made part of a name.

const SMELLS = /KEY|SECRET|TOKEN|PASS|CREDENTIAL/i;
const HIDDEN = '********';

/** The value as it may be shown under this name. */
export function masked(name: string, value: string): string {
  if (SMELLS.test(name)) return HIDDEN;
  return value.replace(/(\w{1,32}:\/\/[^/\s:@]*:)[^/\s@]+@/g, `$1${HIDDEN}@`);
}

/** A name as an error may show it: `PASSWORD=abc` and `PASSWORD:abc`, with no space, are names to YAML, value and all. */
export const shownName = (name: string): string => name.replace(/^(:?[^:=]+[:=]).+$/s, '$1…');
