import { expect, test } from 'vitest';
import { createEventBus, resolveOptions, silentLog, systemClock } from '../../../kernel/index.ts';
import { contextOf } from '../context.ts';
import { accessOptions } from '../options.ts';

const open = (options: Parameters<typeof contextOf>[1]) =>
  contextOf(
    {
      endpoint: () => ({ host: '', port: 0, database: '', user: '' }),
      dataDir: '',
      clock: systemClock,
      log: silentLog,
      events: createEventBus(),
      mode: 'attached',
      installRules: async () => false,
      platformSchemas: [],
    },
    options,
  );

test.each([
  [{ accounts: [{ name: 'plinth_app', kind: 'service', memberOf: [] }] }, /plinth_app.*role of the platform/],
  [{ accounts: [{ name: 'ann', kind: 'person', memberOf: ['plinth_owner'] }] }, /ann.*cannot be a member of plinth_owner/],
  [{ accounts: [{ name: 'ann', kind: 'person', memberOf: ['pg_read_all_data'] }] }, /cannot be a member of pg_read_all_data/],
  [
    {
      accounts: [
        { name: 'ann', kind: 'person', memberOf: [] },
        { name: 'ann', kind: 'service', memberOf: [] },
      ],
    },
    /ann.*twice/,
  ],
  [{ environments: { test: { from: ['999.0.0.1/24'] } } }, /999.0.0.1\/24 \(access.environments.test.from\) is no network/],
  [{ accounts: [{ name: 'ann', kind: 'person', memberOf: [], from: ['10.0.0.0/33'] }] }, /10.0.0.0\/33 \(account ann\)/],
] as const)('[I8] a configuration that cannot be meant is refused by name: %j', (options, message) => {
  expect(() => open(structuredClone(options) as never)).toThrow(message);
});

test.each([
  { environments: { production: { form: ['10.0.0.0/24'] } } },
  { environments: { live: {} } },
  { environment: 'live' },
  { accounts: [{ name: 'ann', kind: 'person', memberOf: [], admin: true }] },
  { accounts: [{ name: 'Ann"; --', kind: 'person', memberOf: [] }] },
  { grants: [{ role: 'ann', on: 'orders', privileges: ['select'] }] },
  { grants: [{ role: 'ann', on: 'shop.orders', privileges: ['truncate'] }] },
  { waivers: [{ check: 'A07', subject: 'ann', reason: '' }] },
])('[I8] a word that means nothing is refused: %j', (given) => {
  expect(() => resolveOptions([accessOptions], { file: { access: given } })).toThrow(/Option access\.\w+ is .* but must be/);
});
