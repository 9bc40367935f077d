// Times of ISO 8601 as people and recorders write them, with a T or a blank, seconds and a zone or without.

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/;

/** The 30th of February would silently be a day of March. */
const exists = (day: string): boolean => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;

/** Ms since 1970, undefined for what is no time. `zone` counts where none is written; '' is this machine's own. */
export function parseTime(text: string, zone: 'Z' | ''): number | undefined {
  const [, day, clock, said = zone] = TIME.exec(text) ?? [];
  if (day === undefined || clock === undefined || !exists(day)) return undefined;
  const at = Date.parse(`${day}T${clock}${said.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isFinite(at) ? at : undefined;
}
