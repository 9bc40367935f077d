// The check against botocore's service model is no rubber stamp: it finds what is wrong, and says where.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'poolparty-wrong-'));
const file = join(folder, 'wrong.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

const LIST = '<reservationSet><item><instancesSet><item>';
const INDEX = `${LIST}<amiLaunchIndex>x</amiLaunchIndex></item></instancesSet></item></reservationSet>`;

const QUESTIONS: readonly (readonly [string, string, string])[] = [
  ['DescribeInstances', 'Nonsense=1', 'Nonsense: the model knows no such member'],
  ['RunInstances', 'MinCount=1', 'MaxCount: is required, and was not sent'],
  ['RunInstances', 'MinCount=a&MaxCount=1', 'MinCount: is an integer, not "a"'],
  ['AllocateAddress', 'Domain=moon', 'Domain: the model\'s enum has no "moon"'],
  ['DescribeInstances', 'InstanceId.2=i-1', "InstanceIds: is a list, numbered from 1: ['2']"],
  ['DescribeInstances', 'DryRun=perhaps', 'DryRun: is a boolean, not "perhaps"'],
  ['DescribeInstances', 'MaxResults.1=5', "MaxResults: is no structure, and was sent as one: ['1']"],
  ['Dance', 'x=1', 'Action: botocore knows no such operation'],
];

const ANSWERS: readonly (readonly [string, string])[] = [
  ['<requestId>1</requestId><moon>1</moon>', 'moon: the model has no member for this element'],
  [
    '<requestId>1</requestId><reservationSet><thing/></reservationSet>',
    'Reservations.thing: a list of <item> has no such element',
  ],
  ['<reservationSet/>', 'requestId: is in every answer, and not in this one'],
  ['<requestId>1</requestId><nextToken>a</nextToken><nextToken>b</nextToken>', 'NextToken: stands twice'],
  [`<requestId>1</requestId>${INDEX}`, 'Reservations.Instances.AmiLaunchIndex: "x" is no integer'],
];

const questions = QUESTIONS.map(([action, form]) => ({
  service: 'ec2',
  request: `Action=${action}&Version=2016-11-15&${form}`,
  status: 200,
  answer: `<${action}Response><requestId>1</requestId></${action}Response>`,
}));
const answers = ANSWERS.map(([inside]) => ({
  service: 'ec2',
  request: 'Action=DescribeInstances&Version=2016-11-15',
  status: 200,
  answer: `<DescribeInstancesResponse>${inside}</DescribeInstancesResponse>`,
}));

let said: { readonly stdout: string; readonly status: number | null };

beforeAll(() => {
  writeFileSync(file, [...questions, ...answers].map((one) => JSON.stringify(one)).join('\n'));
  said = spawnSync('/usr/bin/python3', ['test/outside/check.py', file], { encoding: 'utf8' });
});

test('it ends with 1', () => expect(said.status).toBe(1));

test.for(QUESTIONS.map((one, at) => [...one, at] as const))('%s with %s: %s', ([action, , what, at]) => {
  expect(said.stdout).toContain(`${file}:${at + 1}: ${action} question: ${what}\n`);
});

test.for(ANSWERS.map((one, at) => [...one, at] as const))('an answer with %s: %s', ([, what, at]) => {
  const line = QUESTIONS.length + at + 1;
  expect(said.stdout).toContain(`${file}:${line}: DescribeInstances answer: ${what}`);
});
