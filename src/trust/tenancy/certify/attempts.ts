import { finished } from 'node:stream/promises';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, PlinthError, quoteIdentifier, quoteLiteral, uuidv7 } from '../../../kernel/index.ts';
import type { Verdict } from '../model/certificate.ts';
import type { Relation } from '../model/coverage.ts';
import { markIn } from './marks.ts';
import { insertText, type MadeRow } from './rows.ts';

export interface Outcome {
  readonly verdict: Verdict;
  readonly statement?: string;
  readonly reason?: string;
}

/** One way to try; `attack` returns how much of the other tenant it reached, or throws what the database said. */
export interface Path {
  readonly path: string;
  readonly statement: string;
  attack(tx: Transaction): Promise<number>;
  /** Errors that would tell of the other tenant, by the first characters of their SQLSTATE. */
  readonly tellingErrors?: readonly string[];
  /** It tells sizes or estimates over all tenants when it runs. */
  readonly tellsFigures?: true;
}

class Undo extends Error {}

/** Tries one way inside a savepoint that is always rolled back. `marks` are texts that only rows of the other tenant hold. */
export async function tryPath(tx: Transaction, path: Path, marks: readonly string[]): Promise<Outcome> {
  const { statement, attack, tellingErrors = [], tellsFigures } = path;
  let reached = 0;
  try {
    await tx.savepoint(async () => {
      reached = await attack(tx);
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) {
      const state = error instanceof PlinthError ? String(error.details.sqlstate ?? '') : '';
      if (state === '') throw error;
      const isTelling = tellingErrors.some((prefix) => state.startsWith(prefix)) || markIn(allSaid(error), marks, statement) !== undefined;
      return isTelling ? { verdict: 'leak', statement, reason: messageOf(error) } : { verdict: 'closed' };
    }
  }
  if (reached > 0) return { verdict: 'leak', statement, reason: `reached ${reached}` };
  return tellsFigures ? { verdict: 'figures only', reason: 'sizes or estimates over all tenants' } : { verdict: 'own rows only' };
}

/** All that the server said of a failure, not only what our own error lets through. */
function allSaid(error: unknown): string {
  const cause = error instanceof PlinthError ? (error.cause as { detail?: string; hint?: string; where?: string } | undefined) : undefined;
  return [messageOf(error), cause?.detail, cause?.hint, cause?.where].join(' ');
}

/** The ways to reach rows of tenant `other` in a relation from work for tenant `own`. `row` is one of the other's. */
export function relationPaths(relation: Relation, own: string, other: string, row: MadeRow, marks: readonly string[]): readonly Path[] {
  const table = `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.table)}`;
  const foreign = `tenant_id is distinct from ${quoteLiteral(own)}`;
  const theirs = `tenant_id = ${quoteLiteral(other)}`;
  // With a key of its own, so that only row security can refuse it and not the row that is there.
  const copy = JSON.stringify({ ...row.stored, ...(typeof row.stored.id === 'string' && { id: uuidv7() }) });
  const counting = (path: string, statement: string, tellingErrors?: readonly string[]): Path => ({
    path,
    statement,
    attack: async (tx) => Number((await tx.query({ text: statement })).rows[0]?.n ?? 0),
    ...(tellingErrors && { tellingErrors }),
  });
  const changing = (path: string, statement: string, values?: unknown[]): Path => ({
    path,
    statement,
    attack: async (tx) => (await tx.query({ text: statement, ...(values && { values }) })).rowCount ?? 0,
    // Row security decides before constraints do: a violated constraint means that it let the row pass.
    tellingErrors: ['23'],
  });
  const isTable = relation.kind === 'r' || relation.kind === 'p';
  const reads = [
    counting('select', `select count(*) as n from ${table} where ${foreign}`),
    counting(
      'join',
      `select count(*) as n from (values (${quoteLiteral(other)}::uuid)) v(id) cross join lateral (select from ${table} t where t.tenant_id = v.id) r`,
    ),
    counting('error text', `select 0 as n from ${table} where 1 / (case when ${foreign} then 0 else 1 end) = 2`, ['22012']),
    counting('no context', `select count(*) as n from set_config('app.seal', '', true), lateral (select from ${table} offset 0) r`),
    explained(`explain (analyze, verbose, format json) select * from ${table} where ${theirs}`, marks),
    {
      path: 'copy to',
      statement: `copy ${table} to stdout`,
      attack: (tx) => countInCopy(tx, `copy ${table} to stdout`, other),
    } satisfies Path,
  ];
  if (!isTable) return reads;
  return [
    ...reads,
    changing('insert', insertText(table, row.given), [copy]),
    changing('update', `update ${table} set tenant_id = tenant_id where ${foreign}`),
    changing('move', `update ${table} set tenant_id = ${quoteLiteral(other)} where tenant_id = ${quoteLiteral(own)}`),
    changing('delete', `delete from ${table} where ${theirs}`),
    { path: 'truncate', statement: `truncate ${table}`, attack: async (tx) => (await tx.query({ text: `truncate ${table}` })) && 1 },
    { path: 'copy from', statement: `copy ${table} from stdin`, attack: (tx) => startCopy(tx, `copy ${table} from stdin`) },
    counting(
      'statistics',
      ['pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs']
        .map(
          (view) =>
            `select from ${view} where schemaname = ${quoteLiteral(relation.schema)} and tablename = ${quoteLiteral(relation.table)}`,
        )
        .reduce((all, one) => `${all} union all ${one}`)
        .replace(/^.*$/s, (views) => `select count(*) as n from (${views}) s`),
    ),
  ];
}

/** A plan: that it shows estimates and how many rows were filtered out is known; rows that came through, and values, are a leak. */
function explained(statement: string, marks: readonly string[]): Path {
  return {
    path: 'explain',
    statement,
    tellsFigures: true,
    async attack(tx) {
      const [plan] = (await tx.query({ text: statement })).rows[0]['QUERY PLAN'];
      return markIn(JSON.stringify(plan), marks, statement) ? 1 : plan.Plan['Actual Rows'];
    },
  };
}

async function countInCopy(tx: Transaction, text: string, other: string): Promise<number> {
  let found = 0;
  for await (const chunk of tx.copyTo(text)) found += String(chunk).includes(other) ? 1 : 0;
  return found;
}

// COPY FROM knows no policies; the server refuses it on a table with row security. Begun at all, it would take any row.
async function startCopy(tx: Transaction, text: string): Promise<number> {
  const sink = tx.copyFrom(text);
  sink.end();
  await finished(sink);
  return 1;
}

/** The ways around row security as such, in a session that works for tenant `own`. */
export function sessionPaths(own: string, other: string): readonly Path[] {
  const isOther = `(tenancy.current_tenant_id() is distinct from ${quoteLiteral(own)} and tenancy.current_tenant_id() is not null)::int as n`;
  const hex = other.replaceAll('-', '');
  const asks = (path: string, ...statements: readonly [...string[], string]): Path => ({
    path,
    statement: statements.join('; '),
    async attack(tx) {
      let n = 0;
      for (const text of statements) n = Number((await tx.query({ text })).rows[0]?.n ?? 0);
      return n;
    },
  });
  const does = (path: string, statement: string): Path => ({
    path,
    statement,
    attack: async (tx) => (await tx.query({ text: statement })) && 1,
  });
  return [
    asks('forged setting', `select set_config('app.current_tenant_id', '${other}', true)`, `select ${isOther}`),
    asks(
      'forged seal',
      `select set_config('app.seal', overlay(current_setting('app.seal') placing '${hex}' from 65 for 32), true)`,
      `select ${isOther}`,
    ),
    asks(
      'forged seal, session',
      `select set_config('app.seal', overlay(current_setting('app.seal') placing '${hex}' from 65 for 32), false)`,
      `select ${isOther}`,
    ),
    does('ticket for another', `call tenancy.enter(decode(overlay(current_setting('app.seal') placing '${hex}' from 65 for 32), 'hex'))`),
    does('seal keys', 'select inner_block from tenancy.seal_keys'),
    does('other sessions', 'select query from pg_stat_activity'),
    does('owner', 'set role plinth_owner'),
    does('large objects', 'select lo_create(0)'),
    does('temporary table', 'create temporary table stolen (id int)'),
    does('program', `copy (select 1) to program 'true'`),
    does('new function', `create function public.stolen() returns int language sql as 'select 1'`),
    asks('sequences', 'select count(last_value) as n from pg_sequences'),
    {
      path: 'sizes and activity of tables',
      statement:
        'select sum(n_live_tup) from pg_stat_user_tables; select sum(heap_blks_read) from pg_statio_user_tables; select sum(reltuples) from pg_class',
      tellsFigures: true,
      attack: async (tx) => {
        for (const text of ['n_live_tup from pg_stat_user_tables', 'heap_blks_read from pg_statio_user_tables', 'reltuples from pg_class'])
          await tx.query({ text: `select ${text}` });
        return 0;
      },
    },
    asks('row security off', `set local row_security = off`, 'select count(*) as n from tenancy.tenants'),
  ];
}
