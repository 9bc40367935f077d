// Which of the host's package sources the images use, and when an image counts as another.
import { describe, expect, test } from 'vitest';
import { sourcesFor } from '../../../../src/local-cloud/images/mirror.ts';
import { imageReference } from '../../../../src/local-cloud/images/recipes.ts';

test('takes Debian’s own suites from the host’s apt, each once, and nothing of third parties', () => {
  const targets = `http://mirror.example/debian/ bookworm main
http://mirror.example/debian/ bookworm main
http://mirror.example/debian/ bookworm contrib
http://mirror.example/debian-security/ bookworm-security main
http://apt.example/pgdg bookworm-pgdg main
http://mirror.example/debian/ trixie main
`;
  expect(sourcesFor(targets)).toEqual([
    'deb http://mirror.example/debian/ bookworm main',
    'deb http://mirror.example/debian-security/ bookworm-security main',
  ]);
});

test('a host without such sources leaves the choice to mmdebstrap', () => {
  expect(sourcesFor('http://mirror.example/ubuntu noble main\n')).toEqual([]);
});

describe('imageReference', () => {
  test('is stable, and another for each image', () => {
    expect(imageReference('poolparty')).toMatch(/^localhost\/poolparty-local\/poolparty:[0-9a-f]{12}$/);
    expect(imageReference('poolparty')).toBe(imageReference('poolparty'));
    expect(imageReference('debian-12').split(':')[1]).not.toBe(imageReference('poolparty').split(':')[1]);
  });

  test('names the choices when there is no such image', () => {
    expect(() => imageReference('ubuntu')).toThrow(
      'there is no image ubuntu: choose one of debian-12, poolparty',
    );
  });
});
