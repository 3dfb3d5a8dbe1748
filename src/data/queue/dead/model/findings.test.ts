import { expect, test } from 'vitest';
import { type FailureCount, findingsOf } from './findings.ts';

const usual: FailureCount = {
  jobs: 12,
  tenants: 4,
  topShare: 0.4,
  versions: ['2'],
  dayJobs: 12 * 1440,
  knownMinutes: 1440,
  queueJobs: 100,
  knownVersions: ['1', '2'],
  minutes: 1,
};

test.each([
  ['what is as ever', {}, []],
  ['a signature never seen', { knownMinutes: undefined, dayJobs: 0 }, ['new']],
  ['one more than three times the mean of the day', { dayJobs: 3.9 * 1440 }, ['surge']],
  ['three times the mean exactly', { dayJobs: 4 * 1440 }, []],
  ['the mean of what is known for an hour only', { dayJobs: 180, knownMinutes: 60 }, ['surge']],
  ['a surge of a few', { jobs: 9, dayJobs: 0 }, []],
  ['a longer look', { jobs: 36, minutes: 3, queueJobs: 300 }, []],
  ['more than half of the failures of a queue', { queueJobs: 23 }, ['dominant']],
  ['all failures of a queue, which tells nothing about the signature', { queueJobs: 12 }, []],
  ['a tenant that has over four fifths', { topShare: 0.81 }, ['one_tenant']],
  ['a single tenant, which may be all there are', { topShare: 1, tenants: 1 }, []],
  ['a kind that begins with a version', { knownMinutes: undefined, dayJobs: 0, versions: ['3'] }, ['new', 'version']],
  ['a new kind with the versions of before', { knownMinutes: undefined, dayJobs: 0, versions: ['1', '3'] }, ['new']],
  ['a new kind where nothing is known of versions', { knownMinutes: undefined, dayJobs: 0, versions: [''] }, ['new']],
  ['the first failure there ever is', { knownMinutes: undefined, dayJobs: 0, knownVersions: [] }, ['new']],
] as const)('%s', (_, changed, expected) => {
  expect(findingsOf({ ...usual, ...changed })).toEqual(expected);
});
