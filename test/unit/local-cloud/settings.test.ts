import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, settingsIn } from '../../../src/local-cloud/settings.ts';

test('the delay of the next automatic address can be set, in seconds', () => {
  expect(settingsIn({ POOLPARTY_LOCAL_PUBLIC_ADDRESS_DELAY: '0.5' })).toEqual({
    ...DEFAULT_SETTINGS,
    publicAddressDelay: 500,
  });
});

test('nothing said means the defaults', () => {
  expect(settingsIn({ POOLPARTY_LOCAL_PULSE_EVERY: '' })).toEqual(DEFAULT_SETTINGS);
});

test.for(['soon', '-1', '5s'])('%s is no number of seconds', (text) => {
  expect(() => settingsIn({ POOLPARTY_LOCAL_PULSE_EVERY: text })).toThrow(
    `POOLPARTY_LOCAL_PULSE_EVERY is a number of seconds, not "${text}"`,
  );
});
