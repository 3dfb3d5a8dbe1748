import { distinctDatabases, type Session } from '../../../foundation/connect/index.ts';
import type { LeavingPart } from '../../../foundation/partition/index.ts';
import { type ChainDeps, Sealing } from './sealing.ts';
import { hasUnsealed } from './sql/queries/queries.gen.ts';
import type { Chain } from './types.ts';
import { statusOf, verifyTrail } from './verification.ts';

/** Opens the chain of every database. Does nothing yet. */
export function openChain(deps: ChainDeps, options: { readonly sealSeconds: number }): Chain {
  const { connect } = deps;
  const sealing = new Sealing(deps);
  return {
    service: sealing.service(options.sealSeconds * 1_000),
    async seal(signal) {
      let events = 0;
      for (const tier of distinctDatabases(connect))
        events += await sealing.lead(tier, (session) => sealing.sealTier(tier, session), signal);
      return events;
    },
    verify: (request = {}) => verifyTrail(deps, sealing, request),
    async status() {
      const perTier = distinctDatabases(connect).map(async (tier) => {
        await using session = await connect.session({ tier, tag: 'audit.status' });
        return await statusOf(tier, session);
      });
      return Promise.all(perTier);
    },
    beforeDetach: {
      async reasonToStay(part) {
        if (part.set !== 'audit.events') return undefined;
        return sealing.lead(part.tier, (session) => release(sealing, part, session));
      },
    },
  };
}

/** Writes to the anchors that a month may leave, once all of it is sealed: afterwards its blocks prove what was in it. */
async function release(sealing: Sealing, part: LeavingPart, session: Session): Promise<string | undefined> {
  await sealing.sealTier(part.tier, session);
  const { has } = await hasUnsealed.one(session, { from: new Date(part.from), to: new Date(part.to) });
  if (has) return 'some of its events are not sealed yet, because of a transaction that is still open';
  const { heads, released } = await sealing.anchored(part.tier);
  const leaving = [...heads.values()].filter(({ stream }) => {
    const month = new Date(stream).getTime();
    return month >= new Date(part.from).getTime() && month < new Date(part.to).getTime() && !released.has(stream);
  });
  if (leaving.length > 0) await sealing.write({ tier: part.tier, kind: 'released', heads: leaving });
  return undefined;
}
