// A value of a settings file together with how it was written: YAML makes 1.1 of `1.10`, and a text has to keep it.

export class Written {
  /** As it stands in the file, without quotes. */
  readonly text: string;
  /** What YAML takes it for. */
  readonly value: unknown;
  constructor(text: string, value: unknown) {
    this.text = text;
    this.value = value;
  }
}

/** For settings that hold a text: what stands in the file. Anything else comes back as it is. */
export const asText = (value: unknown): unknown => (value instanceof Written ? value.text : value);

/** For settings that hold a number or a truth: what YAML takes it for. Anything else comes back as it is. */
export const asValue = (value: unknown): unknown => (value instanceof Written ? value.value : value);

/** As an error shows it: texts in quotes, all else as it was written. */
export function shownWritten(value: unknown): string {
  if (value instanceof Written && typeof value.value !== 'string') return value.text;
  return JSON.stringify(asText(value)) ?? '';
}
