// EC2's wildcards: `*` for any number of characters, `?` for exactly one, a backslash before `*`, `?` or `\` for itself.

const ANY = Symbol('any number of characters');
const ONE = Symbol('one character');
type Token = string | typeof ANY | typeof ONE;

const WILD = new Map<string, Token>([
  ['*', ANY],
  ['?', ONE],
]);
const ESCAPABLE = ['*', '?', '\\'];

function tokensOf(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const next = pattern[at + 1] ?? '';
    if (char === '\\' && ESCAPABLE.includes(next)) {
      tokens.push(next);
      at++;
    } else if (char !== '*' || tokens.at(-1) !== ANY) tokens.push(WILD.get(char) ?? char);
  }
  return tokens;
}

/**
 * Goes along both texts once, and back only to the last `*`: earlier ones need no second try, so that the steps are at
 * most the product of both lengths, whatever the pattern (a RegExp tries all of them again, which takes for ever).
 */
function fits(tokens: readonly Token[], text: readonly string[]): boolean {
  let [token, char, star, tried] = [0, 0, -1, 0];
  while (char < text.length) {
    const wanted = tokens[token];
    if (wanted === ANY) {
      star = token++;
      tried = char;
    } else if (wanted === ONE || wanted === text[char]) {
      token++;
      char++;
    } else if (star < 0) return false;
    else {
      token = star + 1;
      char = ++tried;
    }
  }
  while (tokens[token] === ANY) token++;
  return token === tokens.length;
}

/**
 * Says which texts a filter value lets through. A text is also found by its own words, so that one with backslashes,
 * which EC2's escapes would take for others, is.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const tokens = tokensOf([...pattern]);
  return (text) => text === pattern || fits(tokens, [...text]);
}
