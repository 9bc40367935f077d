// Entries of plain objects by names that come from outside: every object answers to `constructor` or `__proto__`, too.

/** The entry that the record has itself under this name; never one that every object inherits. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

/** Sets an entry, whatever its name: an assignment to `__proto__` would set something else. */
export function keep<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}
