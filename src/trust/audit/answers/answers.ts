import { type Connect, distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, nilUuid, type Tier, tiers } from '../../../kernel/index.ts';
import type { AuditEntry, Tenancy } from '../../tenancy/index.ts';
import type { EventKind, Level } from '../model/types.ts';
import { answersErrors } from './errors.ts';
import { exportTrail } from './export.ts';
import { findUser, type ListEventsRow, listAbout, listEvents, listWhoSaw, nameTenants, nameUsers } from './sql/queries/queries.gen.ts';
import type { Answers, TrailEvent, TrailPage } from './types.ts';

export interface AnswersDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'find'>;
  readonly clock: Clock;
  readonly dataDir: string;
  record(entry: AuditEntry): Promise<void>;
}

const defaultLimit = 200;
const mostRows = 1_000;
const dayMs = 86_400_000;

export function openAnswers(deps: AnswersDeps): Answers {
  const { connect, tenancy, clock } = deps;
  const everywhere = async <T>(tag: string, work: (tx: Transaction, tier: Tier) => Promise<readonly T[]>) =>
    (
      await Promise.all(
        distinctDatabases(connect).map((tier) =>
          connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: `audit.${tag}` }, (tx) => work(tx, tier)),
        ),
      )
    ).flat();

  return {
    async events({ limit = defaultLimit, ...filter } = {}): Promise<TrailPage> {
      const to = filter.to ?? clock.now();
      const cursor = filter.before === undefined ? undefined : parseCursor(filter.before);
      const tenant = filter.tenant === undefined ? undefined : await tenancy.find(filter.tenant);
      const user = filter.user === undefined ? undefined : await requireUser(connect, filter.user);
      const count = Math.min(Math.max(limit, 1), mostRows);
      const rows = await everywhere('events', async (tx, tier) =>
        (
          await listEvents.all(tx, {
            from: filter.from ?? new Date(to.getTime() - 30 * dayMs),
            to,
            before_us: cursor?.createdUs ?? null,
            before_id: cursor ? idBefore(cursor, tier) : null,
            // A user works for his tenants only: their index finds his events.
            tenant_ids: tenant ? [tenant.id] : user ? [nilUuid, ...user.tenant_ids] : null,
            user_id: user?.id ?? null,
            kind: filter.kind ?? null,
            action: filter.action ?? null,
            target: filter.target ?? null,
            success: filter.isSuccess ?? null,
            // One more than is shown tells whether there is more.
            limit: count + 1,
          })
        ).map((row) => ({ ...row, tier })),
      );
      const sorted = newestFirst(rows);
      const shown = sorted.slice(0, count);
      const last = sorted.length > count ? shown.at(-1) : undefined;
      return { events: await toEvents(connect, shown), ...(last && { next: `${last.created_us}-${last.tier}-${last.id}` }) };
    },
    async whoSaw(subject, { table, from = new Date(0), to = clock.now() } = {}) {
      const rows = await everywhere('who-saw', async (tx, tier) =>
        (await listWhoSaw.all(tx, { from, to, subject, table_name: table ?? null, limit: mostRows })).map((row) => ({ ...row, tier })),
      );
      return toEvents(connect, newestFirst(rows).slice(0, mostRows));
    },
    async about({ tier, table, keys, tenantId }) {
      const asked = { table, keys: [...keys], tenant_id: tenantId ?? null };
      const request = { tier, as: 'owner', isReadOnly: true, tag: 'audit.about' } as const;
      const rows = await connect.transaction(request, (tx) => listAbout.all(tx, asked));
      return rows.map(({ id, kind, ...event }) => ({ ...event, eventId: id, kind: kind as EventKind }));
    },
    export: (request) => exportTrail(deps, request),
  };
}

type Row = ListEventsRow & { readonly tier: Tier };

/** The last event of a page. Of several databases the order is: time, tier, id, all descending. */
interface Cursor {
  readonly createdUs: number;
  readonly tier: Tier;
  readonly id: number;
}

const place = (tier: Tier) => tiers.indexOf(tier);
const newestFirst = (rows: readonly Row[]) =>
  rows.toSorted((a, b) => b.created_us - a.created_us || place(b.tier) - place(a.tier) || b.id - a.id);

function parseCursor(text: string): Cursor {
  const [, createdUs, tier, id] = /^(\d{1,16})-([a-z]+)-(\d{1,16})$/.exec(text) ?? [];
  if (!tiers.includes(tier as Tier)) throw answersErrors.BAD_CURSOR({ cursor: text });
  return { createdUs: Number(createdUs), tier: tier as Tier, id: Number(id) };
}

/** What comes after the cursor in one database, of the events at its very microsecond. */
function idBefore(cursor: Cursor, tier: Tier): number {
  if (tier === cursor.tier) return cursor.id;
  return place(tier) < place(cursor.tier) ? Number.MAX_SAFE_INTEGER : 0;
}

async function requireUser(connect: Connect, key: string) {
  const found = await connect.transaction({ tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'audit.user' }, (tx) =>
    findUser.first(tx, { key }),
  );
  if (!found) throw answersErrors.UNKNOWN_USER({ user: key });
  return found;
}

/** Names of users and tenants by id: they are in oltp, wherever the events are. */
export async function readNames(connect: Connect, ids: { readonly users: Iterable<string>; readonly tenants: Iterable<string> }) {
  return connect.transaction({ tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'audit.names' }, async (tx) => {
    const [users, tenants] = [
      await nameUsers.all(tx, { ids: [...new Set(ids.users)] }),
      await nameTenants.all(tx, { ids: [...new Set(ids.tenants)] }),
    ];
    return {
      users: new Map(users.map(({ id, email }) => [id, email])),
      tenants: new Map(tenants.map(({ id, slug }) => [id, slug])),
    };
  });
}

async function toEvents(connect: Connect, rows: readonly Row[]): Promise<TrailEvent[]> {
  if (rows.length === 0) return [];
  const names = await readNames(connect, { users: rows.flatMap((row) => row.user_id ?? []), tenants: rows.map((row) => row.tenant_id) });
  return rows.map((row) => {
    const origin = (row.origin ?? {}) as Readonly<Record<string, string | undefined>>;
    return {
      id: `${row.tier}-${row.id}`,
      created: row.created,
      tier: row.tier,
      kind: row.kind as EventKind,
      action: row.action,
      isSuccess: row.is_success,
      tenant: row.tenant_id === nilUuid ? null : (names.tenants.get(row.tenant_id) ?? row.tenant_id),
      user: row.user_id === null ? null : (names.users.get(row.user_id) ?? row.user_id),
      memberRole: row.member_role,
      databaseUser: row.database_user,
      applicationName: row.application_name,
      clientAddress: origin.clientAddress ?? row.client_address,
      requestId: origin.requestId ?? null,
      userAgent: origin.userAgent ?? null,
      targetType: row.target_type,
      targetId: row.target_id,
      rowCount: row.row_count,
      keys: row.keys ?? [],
      purpose: row.purpose,
      durationMs: row.duration_ms,
      complexityScore: row.complexity_score,
      classification: row.classification as Level | null,
      complianceFlags: row.compliance_flags ?? [],
      details: row.details,
    };
  });
}
