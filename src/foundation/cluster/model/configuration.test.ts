import { describe, expect, it } from 'vitest';
import { configurationFor, type Machine, renderConfiguration } from './configuration.ts';

const gibibyte = 1024 ** 3;
const machine: Machine = {
  cores: 8,
  memoryBytes: 32 * gibibyte,
  disk: 'solid',
  workload: 'transactions',
  majorVersion: 18,
  modules: ['pg_stat_statements'],
};
const wanted = (name: string, change: Partial<Machine> = {}) =>
  configurationFor({ ...machine, ...change }).find((setting) => setting.name === name)?.value;

describe('configurationFor', () => {
  it('gives every value a reason and every name once, for all workloads', () => {
    for (const workload of ['development', 'transactions', 'mixed', 'analytics'] as const) {
      const settings = configurationFor({ ...machine, workload });
      expect(settings.every(({ reason }) => reason.length > 10)).toBe(true);
      expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
    }
  });

  it('takes a quarter of the memory for buffers, within bounds', () => {
    expect(wanted('shared_buffers')).toBe('8192MB');
    expect(wanted('shared_buffers', { memoryBytes: 256 * 1024 ** 2 })).toBe('128MB');
    expect(wanted('shared_buffers', { memoryBytes: 1024 * gibibyte })).toBe('40960MB');
  });

  it('stays small for development, whatever the machine', () => {
    expect(wanted('shared_buffers', { workload: 'development' })).toBe('64MB');
  });

  it('preloads only what the binaries have', () => {
    expect(wanted('shared_preload_libraries')).toBe('pg_stat_statements');
    expect(wanted('shared_preload_libraries', { modules: [] })).toBe('');
  });

  it('names no setting that an older server does not know', () => {
    expect(wanted('io_workers', { majorVersion: 17 })).toBeUndefined();
    expect(wanted('io_workers')).toBe('3');
  });

  it('reads at random for less on a solid disk', () => {
    expect([wanted('random_page_cost'), wanted('random_page_cost', { disk: 'spinning' })]).toEqual(['1.1', '4']);
  });
});

it('renders the reason above each value and doubles quotes', () => {
  expect(renderConfiguration([{ name: 'a', value: "it's", reason: 'Because' }])).toContain("# Because\na = 'it''s'\n");
});
