import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../model/types.ts';
import { readSetting, writeSessionSetting } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';

const name = 'plinth.session_trial';

/**
 * Tries whether a session is our own. One connection leaves a mark in its session and falls idle, a second one
 * opens a transaction, which makes a transaction pooler hand it the first one's backend; then the first one looks for its mark.
 *
 * Undefined when the mark stayed where it was put; otherwise what is in between, in words. Asking for a name or a port
 * would find known poolers only, and take PgBouncer in session mode for a hindrance.
 */
export async function trySession(endpoint: Endpoint): Promise<string | undefined> {
  const mark = randomUUID();
  return withClient(endpoint, (first) =>
    withClient(endpoint, async (second) => {
      const written = await writeSessionSetting.one(first, { name, value: mark });
      await second.query({ text: 'begin' });
      const other = await readSetting.one(second, { name });
      const found = await readSetting.one(first, { name });
      await second.query({ text: 'rollback' });
      const isOwn = found.value === mark && found.backend_pid === written.backend_pid && other.backend_pid !== written.backend_pid;
      return isOwn ? undefined : 'a pooler in transaction mode is in between';
    }),
  );
}
