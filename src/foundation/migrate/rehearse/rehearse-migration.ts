import { checkMigration, excerptAt, parseFile, type Statement, stepOf } from '../parse/index.ts';
import { attemptSettings, type Pending, reasonOf } from '../run/index.ts';
import { type Meter, measureApart, measureInTransaction } from './measure.ts';
import { type Footprint, newLocks } from './model/footprint.ts';
import { hasExtension } from './sql/queries/queries.gen.ts';
import type { Trial } from './trial.ts';
import type { RehearsedMigration, RehearsedStatement } from './types.ts';

const shownCharacters = 200;

/** What a rehearsal is made with. */
export interface Stage {
  readonly trial: Trial;
  readonly statementTimeoutMs: number;
  /** Why what fails from now on may fail for another reason than its own; undefined as long as all is as it is there. */
  doubt: string | undefined;
}

/** Tries one migration as the runner would run it, statement by statement, and then by the runner itself. */
export async function rehearseMigration(stage: Stage, { file, parts, tiers }: Pending): Promise<RehearsedMigration> {
  const { isTransactional } = parts.options;
  const [tier = 'oltp'] = tiers;
  const identity = { id: file.id, tier, kind: 'migration', isTransactional } as const;
  const statements: RehearsedStatement[] = [];
  try {
    const parsed = await parseFile(file.path, file.up);
    checkMigration(file, parsed, parts.options);
    const meter = await stage.trial.meter(tier);
    const measured = isTransactional ? inTransaction(stage, meter, parsed.statements) : apart(stage, meter, parsed.statements);
    for await (const { offset, ...one } of measured) statements.push({ ...one, line: excerptAt(file.up, offset).line });
    const stopped = statements.find(({ result }) => result !== 'passed');
    if (stopped) return { ...identity, result: stopped.result, because: `line ${stopped.line}: ${stopped.because}`, statements };
    // Its checks, invariants and record, and what the next ones stand on.
    await stage.trial.applyMigration(file, tiers);
    const isWhole = statements.length === 0 && parsed.statements.length > 0;
    const because = 'it ran as a whole, its locks were not measured: a statement in it is neither known nor marked as repeatable';
    return { ...identity, result: 'passed', ...(isWhole && { because }), statements };
  } catch (error) {
    return { ...identity, ...verdictOn(stage, reasonOf(error)), statements };
  } finally {
    if (statements.some(({ result }) => result === 'failed')) stage.doubt ??= `${file.id} failed before it`;
  }
}

/** A failure counts only while everything before it is as it is in the real database. */
export function verdictOn(stage: Stage, reason: string): Pick<RehearsedMigration, 'result' | 'because'> {
  const { doubt } = stage;
  if (doubt !== undefined) return { result: 'not rehearsed', because: `${reason} (${doubt})` };
  return { result: 'failed', because: reason };
}

type Measured = Omit<RehearsedStatement, 'line'> & { readonly offset: number };

async function* inTransaction(stage: Stage, meter: Meter, statements: readonly Statement[]): AsyncGenerator<Measured> {
  const limits = { lockTimeoutMs: stage.statementTimeoutMs, statementTimeoutMs: stage.statementTimeoutMs };
  await meter.session.query({ text: `begin; ${attemptSettings('transaction', limits)}` });
  let held: Footprint['locks'] = [];
  try {
    for (const [index, statement] of statements.entries()) {
      const tried = await tryOne(stage, meter, { statement, number: index + 1, held }, measureInTransaction);
      held = tried.held;
      yield tried.row;
      if (tried.row.result !== 'passed') return;
    }
  } finally {
    await meter.session.query({ text: 'rollback' });
  }
}

/** Each is run twice, here and by the runner; where that would do harm, only the runner runs them. */
async function* apart(stage: Stage, meter: Meter, statements: readonly Statement[]): AsyncGenerator<Measured> {
  const canRepeat = statements
    .map(stepOf)
    .every(({ kind, isIdempotent, probe }) => kind !== 'other' || isIdempotent || probe !== undefined);
  if (!canRepeat) return;
  for (const [index, statement] of statements.entries()) {
    await meter.session.query({ text: attemptSettings('step', { lockTimeoutMs: 0, statementTimeoutMs: 0 }) });
    const { row } = await tryOne(stage, meter, { statement, number: index + 1, held: [] }, measureApart);
    yield row;
    if (row.result !== 'passed') return;
  }
}

async function tryOne(
  stage: Stage,
  meter: Meter,
  { statement, number, held }: { readonly statement: Statement; readonly number: number; readonly held: Footprint['locks'] },
  measure: typeof measureApart,
): Promise<{ readonly row: Measured; readonly held: Footprint['locks'] }> {
  const identity = { number, offset: statement.offset, sql: statement.sql.replaceAll(/\s+/g, ' ').slice(0, shownCharacters) };
  try {
    const { footprint, durationMs } = await measure(meter, statement);
    const { locks, ...effects } = footprint;
    return { row: { ...identity, result: 'passed', locks: newLocks(held, locks), ...effects, durationMs }, held: locks };
  } catch (error) {
    const extension = statement.type === 'CreateExtensionStmt' ? String(statement.tree.extname) : undefined;
    // The transaction is aborted, or there is none: the question needs the other session.
    const isMissing = extension !== undefined && !(await hasExtension.one(meter.watcher, { name: extension })).is_available;
    if (isMissing) stage.doubt ??= `extension ${extension} is not on the server of the rehearsal`;
    const verdict = isMissing ? ({ result: 'not rehearsed', because: stage.doubt ?? '' } as const) : verdictOn(stage, reasonOf(error));
    return { row: { ...identity, ...verdict, locks: [], rewrites: [], scans: [], indexBuilds: [], durationMs: 0 }, held };
  }
}
