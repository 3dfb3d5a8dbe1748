import type { Tier } from '../../../kernel/index.ts';
import { type Connect, type Session, takeLead } from '../../connect/index.ts';

/**
 * Becomes the one of this database who runs backfills, or gives undefined while another is. Nothing depends on it but speed: two
 * who took turns would undo each other's throttling, so that a lead that is lost in the middle of a batch does no harm.
 */
export const takeBackfillLead = (connect: Connect, tier: Tier, signal: AbortSignal): Promise<Session | undefined> =>
  takeLead(connect, { tier, tag: 'migrate.backfill', name: 'plinth migrate backfill', signal });
