import { hash } from 'node:crypto';
import type { Executor } from '../../../kernel/index.ts';
import { hasLedger, insertCredential, retireCredentials } from './sql/queries/queries.gen.ts';

/** A password of a login as it is put on record: told apart from others, never the secret. */
export interface RecordedPassword {
  readonly role: string;
  readonly purpose: string;
  /** What the server keeps of it, or another hash with a salt of its own. */
  readonly verifier: string;
  readonly expires: Date;
}

export const fingerprintOf = (verifier: string) => hash('sha256', verifier).slice(0, 16);

/** Puts a login's new password on record; the ones before are retired. */
export async function recordPassword(executor: Executor, { role, purpose, verifier, expires }: RecordedPassword): Promise<void> {
  await retireCredentials.run(executor, { role_name: role });
  await insertCredential.run(executor, { role_name: role, purpose, fingerprint: fingerprintOf(verifier), expires });
}

/** Notes that a login has no password any more. */
export async function retirePassword(executor: Executor, role: string): Promise<void> {
  await retireCredentials.run(executor, { role_name: role });
}

/** Whether there is a place for it: the roles of the platform are older than its first migration. */
export const keepsRecord = async (executor: Executor) => (await hasLedger.one(executor, {})).exists;
