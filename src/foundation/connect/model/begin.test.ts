import { expect, test } from 'vitest';
import { applicationName } from './application-name.ts';
import { beginMessage } from './begin.ts';

test('[I1] begin comes first, whatever else is in the message', () => {
  expect(beginMessage({}, { prelude: '' })).toBe('begin; ');
  expect(
    beginMessage(
      { isolation: 'serializable', isReadOnly: true },
      { applicationName: "plinth:o'clock", longDeadlineMs: 60_000, prelude: 'select 1' },
    ),
  ).toBe(
    "begin isolation level serializable read only; set application_name = 'plinth:o''clock'; set local statement_timeout = 65000; " +
      'set local transaction_timeout = 0; set local transaction_timeout = 65000; set local idle_in_transaction_session_timeout = 65000; select 1',
  );
});

test('[I1] a name fits the server and is what the server will show', () => {
  expect(applicationName('content.put')).toBe('plinth:content.put');
  expect(applicationName('content.put', 'r1')).toBe('plinth:content.put r1');
  expect(applicationName('münchen\n')).toBe('plinth:m?nchen?');
  expect(applicationName('x'.repeat(200))).toHaveLength(63);
});
