// The app's environment as files that systemd reads (EnvironmentFile= of systemd.exec(5)).
import { usageError } from '../pool/failure.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
// systemd drops values with any other control character, so we refuse them by name instead.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** For one of these systemd would read nothing of the whole file, and not start the app. */
const NO_CHARACTER = /[\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

/** One `NAME="value"` line; inside double quotes only these four are special to systemd. */
function line(name: string, value: string): string {
  if (!NAME.test(name))
    throw usageError(`app.env: "${name}" is no name for a variable; use letters, digits and _`);
  if (CONTROL.test(value) || NO_CHARACTER.test(value))
    throw usageError(`app.env.${name} holds a control character that systemd does not pass on; remove it`);
  return `${name}="${value.replace(/["\\`$]/g, '\\$&')}"\n`;
}

/** The text of an environment file. Throws code 2 on names or values that cannot be passed on. */
export const environmentFile = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => line(name, value))
    .join('');
