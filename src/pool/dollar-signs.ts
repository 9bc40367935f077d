// Values of app.env that look as if something should be filled in. Nothing is: the app would get them as they stand.
import { shownName } from './secrets.ts';
import { Written } from './written.ts';

/** `${NAME}` and its kin with defaults, as docker compose and shells fill them in. */
const BRACED = /\$\{[A-Za-z_]\w*[^}]*\}/;
/** `$NAME`, `$(command)`: in a password they may well be meant. */
const LOOSE = /\$[A-Za-z_(]/;

export interface DollarSigns {
  /** `${…}` that would reach the app as it stands: mistakes. */
  readonly problems: readonly string[];
  /** `$NAME` and `$(…)`: told, and passed on. */
  readonly notices: readonly string[];
}

/**
 * What is to be said about the environment of `app`, as it was read and not yet checked. Single quotes say that a `$` is
 * meant as it stands: then the reader of the file gives a plain string. Repeats no value, since they hold secrets.
 */
export function dollarSigns(app: unknown, where: (path: readonly PropertyKey[]) => string): DollarSigns {
  const env = (app as { env?: unknown } | undefined)?.env;
  const open = Object.entries(typeof env === 'object' && env !== null ? env : {}).flatMap(([name, value]) =>
    value instanceof Written ? [{ name, text: value.text }] : [],
  );
  const said = (name: string) => `${where(['app', 'env', name])}: app.env.${shownName(name)}`;
  const isBraced = ({ text }: { text: string }) => BRACED.test(text);
  return {
    problems: open
      .filter(isBraced)
      .map(
        ({ name }) =>
          `${said(name)} holds \${…}, and nothing in a file is filled in; put the value between single quotes where it is meant so, or write the file by envsubst <template.yml >pool.yml`,
      ),
    notices: open
      .filter((one) => LOOSE.test(one.text) && !isBraced(one))
      .map(
        ({ name }) =>
          `${said(name)} reaches the app with its $ as it stands: nothing in a file is filled in or run; single quotes around it say that this is meant`,
      ),
  };
}
