import { expect, test } from 'vitest';
import { refusalOf } from './guard.ts';
import type { Difference, FoundRole, FoundServer } from './types.ts';

const now = new Date('2026-05-01');
const role = (name: string, rest: Partial<FoundRole> = {}): FoundRole => ({
  name,
  isFirst: false,
  canLogin: true,
  inherits: true,
  isSuperuser: true,
  bypassesRowSecurity: false,
  canCreateRole: false,
  canCreateDatabase: false,
  canReplicate: false,
  connectionLimit: -1,
  isClosed: false,
  ...rest,
});
const server = (roles: readonly FoundRole[], user = 'boss'): FoundServer => ({
  name: 'db:5432',
  session: { user, currentUser: user, isSuperuser: true },
  roles,
  memberships: [],
  settings: [],
  databases: [],
});
const takes = (name: string, what: Difference['takes']): Difference => ({
  check: 'A07',
  kind: 'revoke',
  server: 'db:5432',
  role: name,
  subject: name,
  what: `${name} has superuser`,
  statements: ['…'],
  ...(what && { takes: what }),
});

test('[I10] one of two superusers may be taken away, not both, and not the one that is left', () => {
  const two = server([role('one'), role('two')]);
  expect(refusalOf(two, [takes('one', 'superuser')], now)).toBeUndefined();
  expect(refusalOf(two, [takes('one', 'superuser'), takes('two', 'login')], now)).toMatchObject({ reason: 'last superuser' });
});

test('[I10] who cannot log in, or whose password has ended, is no way in', () => {
  const others = [role('asleep', { canLogin: false }), role('ended', { expires: new Date('2026-04-01') })];
  expect(refusalOf(server([role('one'), ...others]), [takes('one', 'superuser')], now)).toMatchObject({
    reason: 'last superuser',
    role: 'one',
  });
});

test('[I10] the session that does it keeps what it has', () => {
  const two = server([role('one'), role('boss')]);
  for (const what of ['superuser', 'login', 'membership'] as const) {
    expect(refusalOf(two, [takes('boss', what)], now)).toMatchObject({ reason: 'locked out', role: 'boss' });
  }
  expect(refusalOf(two, [takes('boss', undefined)], now)).toBeUndefined();
});
