import { hash } from 'node:crypto';
import type { Tier } from '../../../kernel/index.ts';
import type { Connect, Session } from '../../connect/index.ts';
import { tryLead } from './sql/queries/queries.gen.ts';

const leadKey = Number.parseInt(hash('sha256', 'plinth migrate backfill').slice(0, 13), 16);

/**
 * Becomes the one of this database who runs backfills, or gives undefined while another is. Nothing depends on it but speed: two
 * who took turns would undo each other's throttling. Disposing gives the lead away, and so does the loss of the session.
 */
export async function takeLead(connect: Connect, tier: Tier, signal: AbortSignal): Promise<Session | undefined> {
  const session = await connect.session({ tier, tag: 'migrate.backfill', signal });
  try {
    if ((await tryLead.one(session, { key: leadKey })).is_leader) return session;
  } catch (error) {
    session.destroy();
    throw error;
  }
  await session[Symbol.asyncDispose]();
  return undefined;
}
