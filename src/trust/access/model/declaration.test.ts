import { expect, test } from 'vitest';
import { accountGroups, declareRoles } from './declaration.ts';
import { defaultEnvironments, environmentNames, environmentOf } from './environments.ts';
import { compareRole, declaredRoles } from './roles.ts';

const names = (roles: ReturnType<typeof declareRoles>) => roles.map(({ name }) => name);
const account = { name: 'ann', kind: 'person', memberOf: ['plinth_readonly'] } as const;

test('[I8] every environment has the same roles, and they lead to no power that is not declared', () => {
  for (const name of environmentNames) {
    const roles = declareRoles(environmentOf(name));
    expect(names(roles)).toEqual(names(declareRoles(environmentOf('development'))));
    expect(roles.filter(({ bypassesRowSecurity }) => bypassesRowSecurity).map((role) => role.name)).toEqual([
      'plinth_owner',
      'plinth_matviews',
    ]);
    expect(roles.filter(({ canReplicate }) => canReplicate).map((role) => role.name)).toEqual(['plinth_backup']);
    expect(roles.filter(({ kind, canLogin }) => canLogin && (kind === 'owner' || kind === 'group'))).toEqual([]);
    // Who becomes the owner of everything: the migrator with its second login at login, the administrator by saying so.
    expect(roles.filter(({ memberOf }) => memberOf.some(({ role }) => role === 'plinth_owner')).map((role) => role.name)).toEqual([
      'plinth_migrator',
      'plinth_migrator_alternate',
      'plinth_admin',
    ]);
  }
});

test('[I8] no group an account may join leads to an owner or around row security', () => {
  const roles = new Map(declareRoles(environmentOf('development')).map((role) => [role.name, role]));
  for (const group of accountGroups) expect(roles.get(group)).toMatchObject({ bypassesRowSecurity: false, canReplicate: false });
  for (const group of accountGroups) expect(roles.get(group)?.memberOf.filter(({ role }) => role !== 'pg_monitor')).toEqual([]);
});

test('[I3] what the model adds to the roles of the start is no difference for the start', () => {
  for (const base of declaredRoles) {
    const full = declareRoles(environmentOf('production')).find(({ name }) => name === base.name);
    const memberOf = full?.memberOf.map(({ role }) => role) ?? [];
    const settings = Object.entries(full?.settings ?? {}).map(([key, value]) => `${key}=${value}`);
    expect(compareRole(base, { ...base, memberOf, settings })).toEqual([]);
  }
});

test('[I8] people log in where the environment lets them, and define objects where it says so', () => {
  const ann = (name: keyof typeof defaultEnvironments) => declareRoles(environmentOf(name), [account]).find((role) => role.name === 'ann');
  expect(environmentNames.map((name) => ann(name)?.canLogin)).toEqual([true, false, true, false, true]);
  expect(environmentNames.map((name) => ann(name)?.memberOf.length)).toEqual([2, 1, 1, 1, 1]);
});

test('[I8] the configuration changes single values of an environment', () => {
  expect(environmentOf('production', { production: { from: ['10.0.0.0/24'] } })).toEqual({
    ...defaultEnvironments.production,
    from: ['10.0.0.0/24'],
  });
});
