// `${NAME}` in app.env: nothing is filled in, so it is refused; what may be meant as it stands is told.
import { describe, expect, test } from 'vitest';
import { load, problems } from './given-settings.ts';

const file = (value: string) => `app:\n  source: .\n  command: x\n  env:\n    A: ${value}\n`;
const BRACED = '$' + '{NAME}';
const SECRET = 'geheim';

describe('puzzling: $ in app.env', () => {
  test.for([
    ['$', '{NAME}'],
    [`postgres://me:${SECRET}@$`, '{HOST}/x'],
    ['"$', '{NAME:-geheim}"'],
    ['$', '{NAME-}'],
    ['$', '{NAME?geheim}'],
    ['$$', '{NAME}'],
    ['"a\\n$', '{NAME}"'],
  ])('%j%s is refused with both ways out, and without a word of it', async ([before = '', after = '']) => {
    const said = (await problems({ file: file(`${before}${after}`) })).join('\n');
    expect(said).toMatch(/^pool\.yml:5: app\.env\.A holds \$\{…\}, and nothing in a file is filled in; /);
    expect(said).toMatch(/single quotes.*envsubst/);
    expect(said).not.toContain(SECRET);
  });

  test('out of an anchor as well, at the line where it is written', async () => {
    const given = `x-a: &a\n  A: $\{NAME}\napp: {source: ., command: x, env: {<<: *a}}`;
    expect((await problems({ file: given }))[0]).toMatch(/^pool\.yml:2: app\.env\.A holds/);
  });

  test.for(['$NAME', '"$NAME"', 'pa$word', '$(id)', '"$(id)"', '$$NAME'])(
    '%s is passed on, and told',
    async (value) => {
      const { settings, notices } = await load({ file: file(value) });
      expect(settings.app?.env).toEqual({ A: value.replaceAll('"', '') });
      expect(notices).toEqual([
        expect.stringMatching(/^pool\.yml:5: app\.env\.A reaches the app with its \$ as it stands/),
      ]);
      expect(notices.join()).not.toContain(value.replaceAll('"', ''));
    },
  );

  test.for([`'${BRACED}'`, "'$NAME'", "'$(id)'", `|\n      ${BRACED}`, 'a$', '$1', '5$', '$ 5', '"$"'])(
    '%j is meant, and nothing is said',
    async (value) => {
      expect((await load({ file: file(value) })).notices).toEqual([]);
    },
  );

  test('a shell has had its turn with what comes from the environment', async () => {
    const POOL_APP = JSON.stringify({ source: '.', command: 'x', env: { A: `${BRACED} $B $(id)` } });
    const { settings, notices } = await load({ env: { POOL_APP } });
    expect([settings.app?.env, notices]).toEqual([{ A: `${BRACED} $B $(id)` }, []]);
  });

  test('a command and lines of shell are for a shell', async () => {
    const given = `app: {source: ., command: "x ${BRACED}", install: ["echo ${BRACED}"]}\nuser_data: "${BRACED}"`;
    expect((await load({ file: given })).notices).toEqual([]);
  });
});
