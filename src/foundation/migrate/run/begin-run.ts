import { hostname, userInfo } from 'node:os';
import { beginRun as insertRun } from '../sql/queries/queries.gen.ts';
import type { Run } from './run.ts';

/** Records that this run works on this database; once per run and database. */
export async function beginRun(run: Run): Promise<void> {
  await insertRun.run(run.session, {
    id: run.id,
    command: run.command,
    declared_window: run.declaredWindow ?? null,
    actor: userName(),
    host: hostname(),
    backend_pid: run.session.backendPid,
  });
}

/** Who runs this; the number where the system knows no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
