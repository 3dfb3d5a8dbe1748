import { expect, it } from 'vitest';
import { declaredRoles, type RoleState } from '../../model/roles.ts';
import { admitStatements, closeLogin } from './statements.ts';

const declared = (name: string) => declaredRoles.find((role) => role.name === name) as RoleState;
const found = { settings: ['statement_timeout=60000', 'search_path="$user", public'], connectionLimit: 7 };
const password = { verifier: 'SCRAM-SHA-256$x', until: new Date('2026-07-01T00:00:00Z') };

it('[I21] the second login becomes what the first is, with its bounds', () => {
  expect(admitStatements(declared('plinth_app'), found, 'plinth_app_alternate', password)).toEqual([
    'alter role "plinth_app_alternate" login nosuperuser nobypassrls nocreaterole nocreatedb noreplication inherit connection limit 7',
    'grant "plinth_app" to "plinth_app_alternate"',
    'alter role "plinth_app_alternate" reset all',
    `alter role "plinth_app_alternate" set role to 'plinth_app'`,
    `alter role "plinth_app_alternate" set "statement_timeout" to '60000'`,
    'alter role "plinth_app_alternate" set "search_path" to "$user", public',
    `alter role "plinth_app_alternate" password 'SCRAM-SHA-256$x' valid until '2026-07-01T00:00:00.000Z'`,
  ]);
});

it('[I21] that of the migrator becomes the owner, as the migrator does', () => {
  const service = { ...found, settings: ['role=plinth_owner'] };
  const statements = admitStatements(declared('plinth_migrator'), service, 'plinth_migrator_alternate', password);
  expect(statements).toContain('grant "plinth_owner" to "plinth_migrator_alternate"');
  expect(statements.filter((statement) => statement.includes(' set '))).toEqual([
    `alter role "plinth_migrator_alternate" set role to 'plinth_owner'`,
  ]);
});

it('[I21] the first login gets a password with its end and nothing else; one that is left, none', () => {
  expect(admitStatements(declared('plinth_app'), found, 'plinth_app', password)).toEqual([
    `alter role "plinth_app" password 'SCRAM-SHA-256$x' valid until '2026-07-01T00:00:00.000Z'`,
  ]);
  expect(closeLogin('plinth_app')).toBe(`alter role "plinth_app" password null valid until '-infinity'`);
});
