import type { IsolationProbe } from '../tenancy/index.ts';
import type { Audit } from './model/types.ts';

/** Asks the trail, for the one tenant, about rows of the other. The tables of the trail themselves are among those that SQL is tried on. */
export function auditProbe(audit: Pick<Audit, 'tracked' | 'history' | 'answers'>): IsolationProbe {
  return {
    path: 'audit',
    async probe({ own, rows, attempt, notProven }) {
      await attempt({ target: 'audit.events', role: 'operator', statement: `events of ${own.slug}` }, () =>
        audit.answers.events({ tenant: own.id }),
      );
      const known = (await audit.tracked()).flatMap(({ tier, table }) => {
        const { id } = rows.get(table) ?? {};
        return typeof id === 'string' ? [{ tier, table, id }] : [];
      });
      if (known.length === 0) notProven('audit.history', 'no table that is tracked holds rows of tenants');
      for (const { tier, table, id } of known) {
        await attempt({ target: `audit.history ${table}`, role: 'operator', statement: `history of ${id} for ${own.slug}` }, () =>
          audit.history({ tier, table, key: [id], tenantId: own.id }),
        );
      }
    },
  };
}
