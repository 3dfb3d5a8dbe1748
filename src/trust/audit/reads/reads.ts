import { AsyncLocalStorage } from 'node:async_hooks';
import type { StatementWatch, WorkRequest } from '../../../foundation/connect/index.ts';
import { type Clock, isUuid, type Log, messageOf, type Tier, tiers } from '../../../kernel/index.ts';
import type { AuditEntry } from '../../tenancy/index.ts';
import { complianceFlags, highestLevel, type Metadata, type StatementMetadata } from '../metadata/index.ts';
import type { Classification, Level } from '../model/types.ts';
import type { EntryQueue } from '../operations/index.ts';

/** A read by a capability that knows more of it than its SQL says. */
export interface ReadRequest {
  readonly tier: Tier;
  /** Qualified. */
  readonly table: string;
  /** Columns that are shown. */
  readonly columns: readonly string[];
  /** Columns of the rows by which one finds them again, as `track` knows them; default `id`. */
  readonly keyColumns?: readonly string[];
  readonly tenantId?: string;
  readonly userId?: string;
  /** Why, in the words of whoever reads. */
  readonly purpose?: string;
}

export interface Reads extends AsyncDisposable {
  /** Fills the interface of connect: the net below all who do not call `read`. It knows statements and rows, not keys. */
  readonly watch: StatementWatch;
  /**
   * Runs a read and returns its rows once the event of it is durable, with their keys. Writes nothing and waits for nothing where no
   * restricted column is among those asked for.
   *
   * @throws what the work throws, and whatever keeps the event from being written: then nothing is shown
   */
  read<T extends object>(request: ReadRequest, work: () => Promise<readonly T[]>): Promise<readonly T[]>;
  /** Resolves when nothing that was read is still to be judged. */
  idle(): Promise<void>;
}

/** What is known of a text: false where it reads nothing restricted. */
type Known = Promise<StatementMetadata | undefined> | false;

export interface ReadsDeps {
  readonly metadata: Metadata;
  readonly classification: () => Classification | undefined;
  readonly queue: EntryQueue;
  readonly clock: Clock;
  readonly log: Log;
  record(entry: AuditEntry): Promise<void>;
}

// More texts than this are composed by somebody; they are asked about anew. So are all after ten minutes: columns are classified anew.
const mostKnown = 5_000;
const keptMs = 10 * 60_000;
/** Of one event; the rest is counted. A list of more is an export, which has an event of its own. */
const mostKeys = 1_000;
// The trail does not tell of its own statements.
const ownTag = /^audit\./;

/** Tells which statements read restricted columns, and writes each such read to the trail. */
export function openReads(deps: ReadsDeps): Reads {
  const told = new AsyncLocalStorage<true>();
  // False for the many: their way costs one look into this map and at the clock.
  const knownIn = Object.fromEntries(tiers.map((tier) => [tier, new Map()])) as Record<Tier, Map<string, Known>>;
  let since = deps.clock.monotonicMs();
  const working = new Set<Promise<void>>();
  let isClosed = false;

  const lookUp = (tier: Tier, text: string) => {
    const known = knownIn[tier];
    const now = deps.clock.monotonicMs();
    if (known.size >= mostKnown || now - since > keptMs) {
      for (const map of Object.values(knownIn)) map.clear();
      since = now;
    }
    const found = known.get(text) || deps.metadata.describe(tier, text);
    known.set(text, found);
    return found;
  };

  const recordLater = async (request: WorkRequest, text: string, rowCount: number | null, durationMs: number) => {
    const metadata = await lookUp(request.tier, text);
    if (!metadata) {
      // The server has run what cannot be read here. Nobody escapes the trail by making a statement too long for it.
      deps.queue.add({
        ...entryOf(request.tier, undefined, { ...subjectOf(request), rowCount: rowCount ?? undefined, durationMs }),
        action: 'read-unknown',
        details: { tag: request.tag, characters: text.length },
      });
      return;
    }
    const restricted = metadata.columns.filter(({ level, use }) => level === 'restricted' && use === 'read');
    if (restricted.length === 0) return void knownIn[request.tier].set(text, false);
    for (const [table, columns] of Map.groupBy(restricted, (column) => column.table)) {
      deps.queue.add({
        ...entryOf(request.tier, table, { ...subjectOf(request), rowCount: rowCount ?? undefined, durationMs }),
        complexityScore: metadata.complexityScore,
        classification: 'restricted',
        complianceFlags: metadata.complianceFlags,
        details: { columns: columns.map(({ column }) => column), tag: request.tag },
      });
    }
  };

  const judge = (request: WorkRequest, text: string, rowCount: number | null, durationMs: number) => {
    if (knownIn[request.tier].get(text) === false && deps.clock.monotonicMs() - since <= keptMs) return;
    if (isClosed || told.getStore()) return;
    const work = recordLater(request, text, rowCount, durationMs)
      .catch((error) => {
        knownIn[request.tier].delete(text);
        deps.log.error(`whether ${request.tag} read restricted columns is not known`, { error: messageOf(error) });
      })
      .finally(() => working.delete(work));
    working.add(work);
  };

  return {
    watch: {
      watch(request) {
        if (isClosed || !deps.classification() || ownTag.test(request.tag)) return [];
        return [
          {
            ran: ({ text }, { rowCount }, durationMs) => judge(request, text, rowCount, durationMs),
            copying: (text) => judge(request, text, null, 0),
          },
        ];
      },
    },
    async read(request, work) {
      const { tier, table, keyColumns = ['id'] } = request;
      const levels = (await deps.classification()?.levelsOf(tier, table)) ?? {};
      const restricted = request.columns.filter((column) => levels[column] === 'restricted');
      if (restricted.length === 0) return work();
      const started = performance.now();
      const rows = await told.run(true, work);
      const compliance = (await deps.classification()?.complianceOf?.(tier, table)) ?? {};
      const level = highestLevel(request.columns.flatMap((column) => levels[column] ?? [])) as Level;
      await deps.record({
        ...entryOf(tier, table, { ...request, rowCount: rows.length, durationMs: performance.now() - started }),
        keys: keysOf(rows.slice(0, mostKeys) as readonly Record<string, unknown>[], keyColumns, levels),
        classification: level,
        complianceFlags: complianceFlags('read', { level, compliance: restricted.flatMap((column) => compliance[column] ?? []) }),
        details: { columns: restricted },
      });
      return rows;
    },
    async idle() {
      while (working.size > 0) await Promise.all(working);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.all(working);
    },
  };
}

type Who = Pick<AuditEntry, 'tenantId' | 'userId' | 'purpose' | 'rowCount' | 'durationMs' | 'origin'>;

function entryOf(tier: Tier, table: string | undefined, { tenantId, userId, purpose, rowCount, durationMs, origin }: Who): AuditEntry {
  const target = table === undefined ? undefined : { type: 'table', id: table };
  return { kind: 'access', action: 'read', success: true, tier, target, tenantId, userId, purpose, rowCount, durationMs, origin };
}

function subjectOf({ as }: WorkRequest): Pick<AuditEntry, 'tenantId' | 'userId' | 'purpose' | 'origin'> {
  if (typeof as !== 'object') return {};
  const { tenantId, userId, origin } = as;
  return { tenantId, userId, purpose: origin?.purpose, origin };
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Keys of the rows; undefined where they are themselves sensitive, or may be: what nobody has classified is told when it is a number, a uuid or a time. */
function keysOf(rows: Rows, columns: readonly string[], levels: Readonly<Record<string, Level>>): string[] | undefined {
  const isScalar = (value: unknown) => typeof value === 'number' || typeof value === 'bigint' || value instanceof Date || isUuid(value);
  const isClear = (column: string) => {
    const level = levels[column];
    return level === undefined ? rows.every((row) => isScalar(row[column])) : level === 'public' || level === 'internal';
  };
  return columns.every(isClear) ? rows.map((row) => keyOf(row, columns)) : undefined;
}

/** As the trail writes keys of changed rows: of several columns a JSON array as PostgreSQL prints it. */
function keyOf(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  const [first = ''] = columns;
  return columns.length === 1 ? String(row[first]) : `[${columns.map((column) => JSON.stringify(row[column] ?? null)).join(', ')}]`;
}
