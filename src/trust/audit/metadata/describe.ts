import type { Connect } from '../../../foundation/connect/index.ts';
import { parser } from '../../../foundation/migrate/index.ts';
import { type Clock, quoteIdentifier, type Tier, together } from '../../../kernel/index.ts';
import type { Regulation } from '../model/regulations.ts';
import type { Classification, Level } from '../model/types.ts';
import { complexityOf } from './model/complexity.ts';
import { complianceFlags, highestLevel } from './model/compliance.ts';
import { readTree, type TouchedColumn } from './model/read-tree.ts';
import { type ResolveRelationsRow, resolveRelations } from './sql/queries/queries.gen.ts';

/** A classified column that a statement touches. */
export interface SensitiveColumn {
  /** Qualified. */
  readonly table: string;
  readonly column: string;
  readonly level: Level;
  readonly use: 'read' | 'written';
}

/** What an event says of the statement behind it. */
export interface StatementMetadata {
  /** 0 to 100; see `complexityOf`. */
  readonly complexityScore: number;
  /** Highest level of the columns touched; absent where none is classified. */
  readonly classification?: Level;
  readonly complianceFlags: readonly Regulation[];
  readonly columns: readonly SensitiveColumn[];
}

export interface Metadata {
  /**
   * What a statement touches and asks for, by its parse tree and the catalog; views are followed to their tables, functions are not.
   * Known for ten minutes. Several statements in one text are described as one. Undefined where the text
   * does not parse or is longer than 200,000 characters.
   */
  describe(tier: Tier, sql: string): Promise<StatementMetadata | undefined>;
}

const keptMs = 10 * 60_000;
const mostKept = 2_000;
// A megabyte parses in some 50 ms, in which the process does nothing else.
const longestText = 200_000;

type Deps = {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly classification: () => Classification | undefined;
};

/** What a name in a statement stands for. */
interface Resolved {
  readonly table: string;
  /** Of a view: the one column of the table that it reads. Absent: those the statement names. */
  readonly column: string | undefined;
  readonly levels: Readonly<Record<string, Level>>;
  readonly compliance: Readonly<Record<string, readonly string[]>>;
}

/** A name in a statement; qualified ones are quoted. */
interface Name {
  readonly text: string;
  readonly isQualified: boolean;
}

/** Needs no connection until a statement is described. */
export function openMetadata(deps: Deps): Metadata {
  const statements = new Map<string, Promise<StatementMetadata | undefined>>();
  // Texts vary, the tables in them do not: once these are known, a new text costs its parsing only.
  const names = new Map<string, Promise<readonly Resolved[] | undefined>>();
  const ask = together((tier: Tier, asked: readonly Name[]) => resolveNames(deps, tier, asked), { isOfOne: () => false });
  let since = deps.clock.monotonicMs();
  return {
    describe(tier, sql) {
      const now = deps.clock.monotonicMs();
      if (now - since > keptMs || statements.size >= mostKept) {
        statements.clear();
        names.clear();
        since = now;
      }
      const database = deps.connect.databaseKey(tier);
      const resolve = async (name: Name) => {
        const key = `${database} ${name.isQualified} ${name.text}`;
        const found = kept(names, key, () => ask(tier, name));
        // What is being made is not there yet.
        if ((await found) === undefined) names.delete(key);
        return (await found) ?? [];
      };
      return kept(statements, `${database} ${sql}`, () => describe(sql, resolve));
    },
  };
}

/** What was found before, or is now; a failure is not kept. */
function kept<T>(map: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = map.get(key) ?? find();
  if (!map.has(key)) {
    map.set(key, found);
    found.catch(() => map.delete(key));
  }
  return found;
}

async function describe(sql: string, resolve: (name: Name) => Promise<readonly Resolved[]>): Promise<StatementMetadata | undefined> {
  if (sql.length > longestText) return undefined;
  const { parse } = await parser();
  // The parser refuses a text without anything.
  const parsed = sql.trim() === '' ? { stmts: [] } : await parse(sql).catch(() => undefined);
  if (!parsed) return undefined;
  const facts = (parsed.stmts ?? []).map(({ stmt }) => readTree(stmt));
  const found = new Map<string, SensitiveColumn>();
  const compliance: string[] = [];
  const nameOf = ({ schema, table }: TouchedColumn): Name =>
    schema === undefined
      ? { text: table, isQualified: false }
      : { text: `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`, isQualified: true };
  const touched = facts.flatMap(({ columns }) => columns);
  const tables = await Promise.all(touched.map((column) => resolve(nameOf(column))));
  for (const [index, { column: named, use }] of touched.entries()) {
    for (const { table, column: inside, levels, compliance: regulations } of tables[index] ?? []) {
      const wanted = inside ?? named;
      for (const [column, level] of Object.entries(levels)) {
        if (wanted !== '*' && wanted !== column) continue;
        found.set(`${use} ${table}.${column}`, { table, column, level, use });
        compliance.push(...(regulations[column] ?? []));
      }
    }
  }
  const columns = [...found.values()];
  const classification = highestLevel(columns.map(({ level }) => level));
  return {
    complexityScore: Math.max(0, ...facts.map(({ shape }) => complexityOf(shape))),
    ...(classification && { classification }),
    complianceFlags: complianceFlags('', { ...(classification && { level: classification }), compliance }),
    columns,
  };
}

/** Undefined where there is nothing of that name. */
async function resolveNames(
  { connect, classification }: Deps,
  tier: Tier,
  names: readonly Name[],
): Promise<readonly (readonly Resolved[] | undefined)[]> {
  const source = classification();
  if (!source) return names.map(() => undefined);
  const rows = await connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'audit.describe' }, (tx) =>
    resolveRelations.all(tx, { names: names.map(({ text }) => text), are_qualified: names.map(({ isQualified }) => isQualified) }),
  );
  const read = async ({ position, table_name: table, column_name: column }: ResolveRelationsRow) => {
    if (table === null) return { position };
    const [levels, compliance = {}] = await Promise.all([source.levelsOf(tier, table), source.complianceOf?.(tier, table)]);
    return { position, resolved: { table, column: column ?? undefined, levels, compliance } };
  };
  const found = Map.groupBy(await Promise.all(rows.map(read)), ({ position }) => position);
  return names.map((_, index) => found.get(index + 1)?.flatMap(({ resolved }) => resolved ?? []));
}
