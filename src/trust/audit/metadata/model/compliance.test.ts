import { expect, test } from 'vitest';
import { complianceFlags, highestLevel } from './compliance.ts';

test('[I21] the kind of operation says which regulations want it on record', () => {
  expect(complianceFlags('migrate.up')).toEqual(['SOX']);
  expect(complianceFlags('ddl.drop-table')).toEqual(['SOX']);
  expect(complianceFlags('access.rotate')).toEqual(['HIPAA', 'SOX']);
  expect(complianceFlags('tenancy.break-glass')).toEqual(['GDPR', 'HIPAA', 'SOX']);
  expect(complianceFlags('tenancy.erase')).toEqual(['GDPR']);
  expect(complianceFlags('shop.migrate.up')).toEqual([]);
});

test('[I21] so do the columns, by what they are classified for and else by their level', () => {
  expect(complianceFlags('read', { level: 'internal', compliance: [] })).toEqual([]);
  expect(complianceFlags('read', { level: 'restricted', compliance: [] })).toEqual(['GDPR']);
  expect(complianceFlags('read', { level: 'restricted', compliance: ['hipaa', 'PCI'] })).toEqual(['HIPAA']);
  expect(complianceFlags('read', { level: 'internal', compliance: ['SOX'] })).toEqual(['SOX']);
  expect(complianceFlags('tenancy.export', { level: 'restricted', compliance: ['HIPAA', 'GDPR'] })).toEqual(['GDPR', 'HIPAA']);
});

test('[I21] the classification of an event is the highest level touched', () => {
  expect(highestLevel([])).toBeUndefined();
  expect(highestLevel(['internal', 'restricted', 'confidential'])).toBe('restricted');
});
