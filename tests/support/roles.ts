import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { createStatements, declaredRoles, wishStatements } from '../../src/trust/access/model/roles.ts';
import { scramVerifier } from '../../src/trust/access/model/scram.ts';

/** Roles belong to the server, which all files of a run share; therefore the same passwords everywhere. */
export const testPasswords = {
  appPassword: 'plinth-app-password-of-all-tests',
  migratorPassword: 'plinth-migrator-password-of-tests',
} as const;

const passwords: Readonly<Record<string, string>> = {
  plinth_app: testPasswords.appPassword,
  plinth_migrator: testPasswords.migratorPassword,
};

/** The roles of a platform, as access declares them, where they are missing. */
export async function createRoles(client: pg.Client): Promise<void> {
  for (const role of declaredRoles) {
    const password = passwords[role.name];
    const statements = createStatements(role, password === undefined ? undefined : { verifier: scramVerifier(password, randomBytes(16)) });
    // 42710 it is there; 23505 somebody else made it in this moment.
    await client.query(statements.join(';')).catch((error) => {
      if (error.code !== '42710' && error.code !== '23505') throw error;
    });
  }
  const { rows: members } = await client.query(
    "select roleid::regrole::text as role from pg_auth_members where member = 'plinth_owner'::regrole",
  );
  for (const { role, statement } of wishStatements([])) if (!members.some((one) => one.role === role)) await client.query(statement);
}
