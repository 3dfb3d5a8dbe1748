import { expect, test } from 'vitest';
import { attachedName, columnName } from './names.ts';

const map = { name: 'old', suffix: '_at', columns: { last_seen_at: 'last_seen', expires_at: 'expires' }, tiers: {} };

test('[I38] columns lose their ending, or take the name that the map gives them', () => {
  expect(['created_at', 'expires_at', 'last_seen_at', 'format', '_at', 'at'].map((column) => columnName(map, column))).toEqual([
    'created',
    'expires',
    'last_seen',
    'format',
    '_at',
    'at',
  ]);
});

test('[I38] what is called after a table and its columns follows both, by whole words', () => {
  const columns = [
    ['created_at', 'created'],
    ['sent_at', 'sent'],
  ] as const;
  const follow = (name: string) => attachedName(name, { from: 'job_audit', to: 'job_audits' }, columns);
  expect(follow('job_audit_created_at_idx')).toBe('job_audits_created_idx');
  expect(follow('job_audit_created_at_sent_at_key')).toBe('job_audits_created_sent_key');
  expect(follow('job_audit')).toBe('job_audits');
  expect(follow('job_auditors_pk')).toBe('job_auditors_pk');
  expect(follow('idx_created_atlas')).toBe('idx_created_atlas');
});
