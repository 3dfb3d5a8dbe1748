import type { Connect } from '../../../foundation/connect/index.ts';
import { parser } from '../../../foundation/migrate/index.ts';
import { type Clock, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import type { Regulation } from '../model/regulations.ts';
import type { Classification, Level } from '../model/types.ts';
import { complexityOf } from './model/complexity.ts';
import { complianceFlags, highestLevel } from './model/compliance.ts';
import { readTree } from './model/read-tree.ts';
import { resolveRelation } from './sql/queries/queries.gen.ts';

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

/** Needs no connection until a statement is described. */
export function openMetadata(deps: Deps): Metadata {
  const statements = new Map<string, Promise<StatementMetadata | undefined>>();
  // Texts vary, the tables in them do not: once these are known, a new text costs its parsing only.
  const names = new Map<string, Promise<readonly Resolved[]>>();
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
      const resolve = (name: string, isQualified: boolean) =>
        kept(names, `${database} ${isQualified} ${name}`, () => resolveName(deps, tier, name, isQualified));
      return kept(statements, `${database} ${sql}`, () => describe(sql, resolve));
    },
  };
}

/** What was found before, or is now; a failure is not kept, and that there is nothing neither: what is being made is not there yet. */
function kept<T>(map: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = map.get(key) ?? find();
  if (!map.has(key)) {
    map.set(key, found);
    const forget = () => void map.delete(key);
    found.then((value) => Array.isArray(value) && value.length === 0 && forget(), forget);
  }
  return found;
}

async function describe(
  sql: string,
  resolve: (name: string, isQualified: boolean) => Promise<readonly Resolved[]>,
): Promise<StatementMetadata | undefined> {
  if (sql.length > longestText) return undefined;
  const { parse } = await parser();
  // The parser refuses a text without anything.
  const parsed = sql.trim() === '' ? { stmts: [] } : await parse(sql).catch(() => undefined);
  if (!parsed) return undefined;
  const facts = (parsed.stmts ?? []).map(({ stmt }) => readTree(stmt));
  const found = new Map<string, SensitiveColumn>();
  const compliance: string[] = [];
  for (const { schema, table: name, column: named, use } of facts.flatMap(({ columns }) => columns)) {
    const qualified = schema === undefined ? name : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
    for (const { table, column: inside, levels, compliance: regulations } of await resolve(qualified, schema !== undefined)) {
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

async function resolveName(
  { connect, classification }: Deps,
  tier: Tier,
  name: string,
  isQualified: boolean,
): Promise<readonly Resolved[]> {
  const source = classification();
  if (!source) return [];
  const rows = await connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'audit.describe' }, (tx) =>
    resolveRelation.all(tx, { name, is_qualified: isQualified }),
  );
  return Promise.all(
    rows.map(async ({ table_name: table, column_name: column }) => ({
      table,
      column: column ?? undefined,
      levels: await source.levelsOf(tier, table),
      compliance: (await source.complianceOf?.(tier, table)) ?? {},
    })),
  );
}
