import { hash } from 'node:crypto';
import type { Tier } from '../../../kernel/index.ts';
import type { Connect, Session } from '../../connect/index.ts';
import { tryLead } from './sql/queries/queries.gen.ts';

const leadKey = Number.parseInt(hash('sha256', 'plinth migrate move').slice(0, 13), 16);

/**
 * Becomes the one who moves rows into this database, or gives undefined while another does. Changes are carried over by one at a
 * time: two could bring an older state of a row over a newer one. Lost with the session, and then the work is aborted too.
 */
export async function takeMoveLead(connect: Connect, tier: Tier, signal: AbortSignal): Promise<Session | undefined> {
  const session = await connect.session({ tier, tag: 'migrate.move', signal });
  if ((await tryLead.one(session, { key: leadKey })).is_leader) return session;
  await session[Symbol.asyncDispose]();
  return undefined;
}
