import { type Connect, distinctDatabases, type Session } from '../../foundation/connect/index.ts';
import { climb } from '../../foundation/migrate/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { TenantData } from '../tenancy/index.ts';
import { auditErrors } from './errors.ts';
import { findHorizon, findOlderView, shredHashKey } from './sql/queries/queries.gen.ts';

// Whoever writes to a tracked table reads the keys until its transaction ends.
const patienceMs = 60_000;
const pollMs = 100;

interface KeyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
}

/**
 * The trail tells of a tenant and is not the tenant's: it neither moves with it nor goes with it. What it holds of an erased one are hashes,
 * whose key is destroyed before the first row goes: its bytes too, so the small table of keys is written anew.
 */
export function tenantKeys({ connect, clock }: KeyDeps): TenantData {
  return {
    schemas: ['audit'],
    async erase(tenantId, signal = new AbortController().signal) {
      let keysOfHashes = 0;
      for (const tier of distinctDatabases(connect)) {
        await using session = await connect.session({ tier, tag: 'audit.shred', signal });
        keysOfHashes += await shredHashKey.run(session, { tenant_id: tenantId });
        await waitForViews(clock, session, signal);
        await climb({ clock, signal, deadlineMs: patienceMs }, async ({ lockTimeoutMs }) => {
          await session.query({ text: `set lock_timeout = ${lockTimeoutMs}` });
          await session.query({ text: 'vacuum (full) audit.hash_keys' });
        });
      }
      return { keysOfHashes };
    },
  };
}

/** As long as somebody may see the deleted row, a rewrite takes it along. @throws PLINTH_AUDIT_OLD_VIEW */
async function waitForViews(clock: Clock, session: Session, signal: AbortSignal): Promise<void> {
  const { horizon } = await findHorizon.one(session, {});
  const started = clock.monotonicMs();
  for (;;) {
    const { holder } = await findOlderView.one(session, { horizon });
    if (holder === null) return;
    if (clock.monotonicMs() - started > patienceMs) throw auditErrors.OLD_VIEW({ tier: session.tier, holder });
    await clock.sleep(pollMs, signal);
  }
}
