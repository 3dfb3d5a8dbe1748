import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Executor, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { writePlace } from '../model/places.ts';
import { subjectErrors } from './errors.ts';
import { identifierKey, yieldedIdentifier } from './model/identifier.ts';
import { countRows, eraseRows, type LinkedTable, type Statement, selectRows, selectYields } from './model/statements.ts';
import { openRow, type SealedAccess, sealedShape, seek } from './sealed-columns.ts';
import type { Identifier, Person, PersonFinding, PersonRow, StepBounds, SubjectStore } from './types.ts';

const pageRows = 500;
// One person does not have more of a kind; a link that says so has been declared on a column that is no key.
const maxYields = 1_000;

const bare = ({ schema, table }: LinkedTable) => `${schema}.${table}`;

export interface TableStoreDeps {
  readonly connect: Connect;
  readonly crypto: SealedAccess;
}

/** People in the rows of tables of all tiers. `tables` are those of now, children first within a database. */
export function openTableStore({ connect, crypto }: TableStoreDeps, tables: readonly LinkedTable[]): SubjectStore {
  const within = <T>(tier: Tier, signal: AbortSignal, work: (tx: Transaction) => Promise<T>, isReadOnly = true) =>
    connect.transaction(
      { tier, as: 'owner', priority: 'maintenance', tag: 'privacy.subject', isReadOnly, signal, deadlineMs: 3_600_000 },
      work,
    );

  async function find({ identifiers }: Person, { signal, onProgress }: StepBounds): Promise<readonly PersonFinding[]> {
    const findings: (PersonFinding & { readonly table: LinkedTable })[] = [];
    for (const table of tables) {
      const statement = countRows(table, await seek(crypto, table, identifiers));
      if (!statement) continue;
      onProgress(`looking into ${writePlace(table)}`);
      const { rows } = await within(table.tier, signal, (tx) => tx.query(statement));
      const count = rows.reduce((sum, row) => sum + row.found, 0);
      if (count === 0) continue;
      const reason = table.reason ?? table.implied;
      const leaves = rows.map((row) => ({ tier: table.tier, schema: row.schema as string, table: row.table as string }));
      findings.push({
        table,
        place: writePlace(table),
        method: table.method,
        count,
        ...(reason !== undefined && { reason }),
        tables: leaves,
      });
    }
    for (const { table } of findings) {
      const parent = findings.find((one) => one.table.tier === table.tier && bare(one.table) === table.blocks);
      if (parent?.method !== 'delete') continue;
      throw subjectErrors.FOREIGN_KEY({ table: bare(table), refersTo: bare(parent.table), kept: table.implied === undefined });
    }
    return findings.map(({ table: _, ...finding }) => finding);
  }

  return {
    find,
    async export({ identifiers }, sink, { signal, onProgress }) {
      for (const table of tables) {
        const statement = selectRows(table, await seek(crypto, table, identifiers), sealedShape(table, quoteIdentifier));
        if (!statement) continue;
        onProgress(`writing ${writePlace(table)}`);
        const rows = async function* () {
          for await (const page of pages(connect, table.tier, statement, signal)) {
            for (const row of page) yield openRow(crypto, table, row as Parameters<typeof openRow>[2]);
          }
        };
        await sink.records(`${table.tier}/${bare(table)}`, rows());
      }
    },
    async erase({ identifiers }, { signal, onProgress }) {
      for (const table of tables) {
        const statements = eraseRows(table, await seek(crypto, table, identifiers));
        if (statements.length === 0) continue;
        onProgress(`${table.method === 'delete' ? 'deleting from' : 'anonymising'} ${writePlace(table)}`);
        await within(table.tier, signal, async (tx) => void (await runAll(tx, statements)), false);
      }
    },
  };
}

async function runAll(tx: Executor, statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) await tx.query(statement);
}

/**
 * Everything the person is found by: what was asked for, and what the rows it leads to yield, and so on until nothing is new.
 *
 * @throws PLINTH_PRIVACY_LOOSE_LINK
 */
export async function identify(
  { connect, crypto }: TableStoreDeps,
  tables: readonly LinkedTable[],
  start: readonly Identifier[],
  signal: AbortSignal,
): Promise<readonly Identifier[]> {
  const known = new Map(start.map((one) => [identifierKey(one), one]));
  const leading = tables.filter(({ yields }) => Object.keys(yields ?? {}).length > 0);
  for (let before = 0; before < known.size; ) {
    before = known.size;
    for (const table of leading) {
      for (const { column, kind, statement } of selectYields(table, await seek(crypto, table, [...known.values()]), maxYields + 1)) {
        const request = {
          tier: table.tier,
          as: 'owner',
          isReadOnly: true,
          tag: 'privacy.identify',
          signal,
          deadlineMs: 3_600_000,
        } as const;
        const { rows } = await connect.transaction(request, (tx) => tx.query(statement));
        if (rows.length > maxYields) throw subjectErrors.LOOSE_LINK({ table: writePlace(table), column, kind, limit: maxYields });
        for (const row of rows) {
          const identifier = yieldedIdentifier(kind, row.value, row.tenant_id);
          if (identifier) known.set(identifierKey(identifier), identifier);
        }
      }
    }
  }
  return [...known.values()];
}

/** The rows that own things in other stores: those with an `id` of type uuid. */
export async function* personRows(
  { connect, crypto }: TableStoreDeps,
  tables: readonly LinkedTable[],
  identifiers: readonly Identifier[],
  signal: AbortSignal,
): AsyncIterable<readonly PersonRow[]> {
  for (const table of tables) {
    if (table.columns.get('id')?.type !== 'uuid') continue;
    const statement = selectRows(
      table,
      await seek(crypto, table, identifiers),
      `t.id, ${table.isTenants ? 't.tenant_id' : 'null::uuid'} as tenant_id`,
    );
    if (!statement) continue;
    const { tier, schema, table: name, method } = table;
    for await (const page of pages(connect, tier, statement, signal)) {
      yield page.map((row) => ({
        tier,
        schema,
        table: name,
        method,
        id: row.id as string,
        ...(row.tenant_id !== null && { tenantId: row.tenant_id as string }),
      }));
    }
  }
}

/** The rows of a statement, `pageRows` at a time. A session of its own: whoever consumes them may take as long as it likes. */
export async function* pages(
  connect: Connect,
  tier: Tier,
  statement: Statement,
  signal: AbortSignal,
): AsyncIterable<Record<string, unknown>[]> {
  await using session = await connect.session({ tier, tag: 'privacy.pages', signal });
  await session.query({ text: 'begin read only' });
  await session.query({ text: `declare person no scroll cursor for ${statement.text}`, values: statement.values });
  for (;;) {
    const { rows } = await session.query({ text: `fetch ${pageRows} from person` });
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
  }
}
