import { expect, test } from 'vitest';
import { compareRole, createStatements, declaredRoles, type RoleState, wishStatements } from './roles.ts';

const declared = (name: string) => declaredRoles.find((role) => role.name === name) as RoleState;

test('[I1] the application has no attribute that leads around row security', () => {
  expect(createStatements(declared('plinth_app'), { verifier: 'SCRAM-SHA-256$x' })).toEqual([
    `create role "plinth_app" login nobypassrls nosuperuser nocreaterole nocreatedb noreplication password 'SCRAM-SHA-256$x'`,
  ]);
});

test('[I1] the migrator becomes the owner, who cannot log in', () => {
  expect(createStatements(declared('plinth_migrator')).slice(1)).toEqual([
    'grant "plinth_owner" to "plinth_migrator"',
    `alter role "plinth_migrator" set role to 'plinth_owner'`,
  ]);
  expect(createStatements(declared('plinth_owner'))[0]).toContain('nologin bypassrls');
});

test('[I2] an existing role as declared has no difference', () => {
  for (const role of declaredRoles) expect(compareRole(role, role)).toEqual([]);
});

test('[I7] a wish is granted once, and is no difference when it is there or lacks', () => {
  const owner = declared('plinth_owner');
  const granted = { ...owner, memberOf: ['pg_read_all_stats'] };
  expect(wishStatements([owner])).toEqual([{ role: 'pg_read_all_stats', statement: 'grant "pg_read_all_stats" to "plinth_owner"' }]);
  expect(wishStatements([granted])).toEqual([]);
  expect(compareRole(owner, granted)).toEqual([]);
  expect(compareRole(declared('plinth_app'), { ...declared('plinth_app'), memberOf: ['pg_read_all_stats'] })).toHaveLength(1);
});

test('[I2] each difference of an existing role is named with its remedy', () => {
  const found: RoleState = { ...declared('plinth_app'), bypassesRowSecurity: true, canLogin: false, memberOf: ['pg_read_all_data'] };
  expect(compareRole(declared('plinth_app'), found)).toEqual([
    { difference: 'plinth_app lacks login', remedy: 'alter role "plinth_app" login' },
    { difference: 'plinth_app has bypassrls', remedy: 'alter role "plinth_app" nobypassrls' },
    { difference: 'plinth_app is a member of pg_read_all_data', remedy: 'revoke "pg_read_all_data" from "plinth_app"' },
  ]);
  expect(compareRole(declared('plinth_migrator'), { ...declared('plinth_migrator'), memberOf: [], settings: [] })).toHaveLength(2);
});
