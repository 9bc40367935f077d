// What EC2's metadata says of an end, as the node's script prints it.
import { expect, test } from 'vitest';
import { endAmong, parseNotice } from '../../../src/pool/notice.ts';

const SPOT = '{"action": "terminate", "time": "2026-05-31T08:22:00Z"}';
/** AWS: "View scheduled events", in the metadata's own words. */
const event = (code: string, notBefore: string, state = 'active') =>
  `{ "NotBefore" : "${notBefore}", "Code" : "${code}", "Description" : "a mail @ 9", "EventId" : "instance-event-1", "NotAfter" : "", "State" : "${state}" }`;
const RETIREMENT = event('instance-retirement', '21 Jan 2027 09:00:43 GMT');

test.for<[string, ReturnType<typeof parseNotice>]>([
  ['notice @404 [] @200', 'none'],
  ['notice @404 @404', 'none'],
  [`notice ${SPOT} @200 [] @200`, { why: 'spot', action: 'terminate', at: '2026-05-31T08:22:00.000Z' }],
  [`notice ${SPOT} @200 @000`, { why: 'spot', action: 'terminate', at: '2026-05-31T08:22:00.000Z' }],
  [
    `notice @404 [ ${RETIREMENT} ] @200`,
    { why: 'scheduled', action: 'instance-retirement', at: '2027-01-21T09:00:43.000Z' },
  ],
  [`notice @404 [ ${event('system-reboot', '21 Jan 2027 09:00:43 GMT')} ] @200`, 'none'],
  [`notice @404 [ ${event('instance-stop', '21 Jan 2027 09:00:43 GMT', 'canceled')} ] @200`, 'none'],
  ['notice {"action": "hibernate"} @200 @404', { why: 'spot', action: 'hibernate', at: undefined }],
])('%s', ([line, expected]) => {
  expect(parseNotice(`load 1\n${line}\nhash x\n`)).toEqual(expected);
});

test.for([
  '',
  'notice',
  'notice @000 @000',
  'notice @404 @000',
  'notice @401 @401',
  'notice half { @200 @404',
  'notice @404 {} @200',
])('where an answer is missing or broken nothing is known: %s', (line) => {
  expect(parseNotice(`${line}\n`)).toBeUndefined();
});

test('of several ends the first counts', () => {
  const at = (code: string, notBefore: Date | undefined, isOpen = true) => ({ code, notBefore, isOpen });
  const events = [
    at('instance-retirement', new Date('2027-02-01T00:00:00Z')),
    at('instance-stop', new Date('2027-01-01T00:00:00Z')),
    at('instance-stop', new Date('2026-01-01T00:00:00Z'), false),
    at('system-maintenance', new Date('2026-12-01T00:00:00Z')),
  ];
  expect(endAmong(events)).toEqual({
    why: 'scheduled',
    action: 'instance-stop',
    at: '2027-01-01T00:00:00.000Z',
  });
  expect(endAmong([])).toBe('none');
});
