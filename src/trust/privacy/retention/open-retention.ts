import type { KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connect, type Transaction, takeLead } from '../../../foundation/connect/index.ts';
import { stateOf } from '../../../foundation/migrate/index.ts';
import type { Holds } from '../../../foundation/partition/index.ts';
import { type Clock, messageOf, nilUuid, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { type AuditSink, signed } from '../../tenancy/index.ts';
import { type Catalog, type Neutral, neutralOf, quotedTable, readCatalog } from '../catalog/index.ts';
import { writePlace } from '../model/places.ts';
import type { Registry } from '../model/types.ts';
import { retentionErrors } from './errors.ts';
import { type TenantRetention, withPolicies } from './model/policies.ts';
import { ageProblem, batchStatement, classifiedYears, dueRows, exceptionsOf, type FittingRule } from './model/rules.ts';
import { beginRun, completeRun, findCutoff, findRun, listRules, listSteps, noteStep } from './sql/queries/queries.gen.ts';
import type { Retention, RetentionCertificate, RetentionRule, RetentionStep } from './types.ts';

export interface RetentionDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly registry: Pick<Registry, 'list'>;
  /** Durable when resolved. */
  readonly record: AuditSink['record'];
  readonly signingKey: () => Promise<KeyObject>;
  /** What `privacy.retention` is for the tenants that have it. */
  readonly policies: () => Promise<readonly TenantRetention[]>;
  /** Who keeps legal holds; undefined where nobody does. */
  readonly holds: () => Holds | undefined;
}

const batchRows = 2_000;
const deadlineMs = 3_600_000;
const foreignKeyViolation = '23503';

interface Due {
  readonly rule: FittingRule;
  readonly isTenants: boolean;
  readonly step: RetentionStep;
}

/** Opens retention; reads nothing yet. */
export function openRetention(deps: RetentionDeps): Retention {
  const { connect, registry } = deps;
  const on = <T>(tier: Tier, work: (tx: Transaction) => Promise<T>, signal?: AbortSignal) =>
    connect.transaction(
      { tier, as: 'owner', priority: 'maintenance', tag: 'privacy.retention', deadlineMs, ...(signal && { signal }) },
      work,
    );

  async function rules(): Promise<readonly RetentionRule[]> {
    const [rows, policies] = await Promise.all([on('oltp', (tx) => listRules.all(tx, {})), deps.policies()]);
    const declared = rows.map((row) => ({
      tier: row.tier as Tier,
      schema: row.schema_name,
      table: row.table_name,
      ...(row.tenant_id !== nilUuid && { tenantId: row.tenant_id }),
      agedBy: row.aged_by,
      ...(row.keep !== null && { keep: row.keep }),
      method: row.method as RetentionRule['method'],
      ...(row.anonymised.length > 0 && { anonymised: row.anonymised }),
      basis: row.basis,
    }));
    return withPolicies(declared, policies, (tenantId, table) =>
      retentionErrors.BAD_RETENTION({
        table,
        problem: `tenant ${tenantId} has a policy for it, but no rule says how old its rows are`,
        remedy: `Declare it with privacy.retain, or correct the policy: plinth tenancy policy set ${tenantId} privacy.retention …`,
      }),
    );
  }

  /** Everything that is too old at `due`, rule by rule. */
  async function look(due: Date, signal?: AbortSignal): Promise<readonly Due[]> {
    const all = await rules();
    const classifications = await registry.list();
    const catalogs = new Map<Tier, Catalog>();
    const found: Due[] = [];
    for (const rule of all) {
      const { tier } = rule;
      const catalog = catalogs.get(tier) ?? (await on(tier, (tx) => readCatalog(tx, []), signal));
      catalogs.set(tier, catalog);
      const here = classifications.filter(({ place }) => connect.databaseKey(place.tier) === connect.databaseKey(tier));
      const fitting = fitted(rule, catalog, classifiedYears(rule, here), exceptionsOf(rule, all));
      const isTenants = catalog.tables.some(
        ({ schema, table, columns }) => schema === rule.schema && table === rule.table && columns.some(({ name }) => name === 'tenant_id'),
      );
      const { cutoff } = await on('oltp', (tx) => findCutoff.one(tx, { due, keep: fitting.keep }));
      const { condition, values } = dueRows(fitting, cutoff, isTenants);
      const text = `select count(*) as due from ${quotedTable(rule)} t where ${condition}`;
      const { rows } = await on(tier, (tx) => tx.query({ text, values }), signal);
      const hold = rows[0].due > 0 ? await holdOn(rule, cutoff) : undefined;
      const step = {
        place: writePlace({ tier, schema: rule.schema, table: rule.table }),
        method: rule.method,
        cutoff,
        rows: rows[0].due as number,
      };
      const scoped = rule.tenantId === undefined ? {} : { tenantId: rule.tenantId };
      found.push({ rule: fitting, isTenants, step: { ...step, ...scoped, ...(hold !== undefined && { keptBy: hold }) } });
    }
    return found;
  }

  /** A hold on any of the rows keeps all that are due in the table: which ones it means is not told. */
  async function holdOn({ tier, schema, table }: RetentionRule, cutoff: Date): Promise<string | undefined> {
    const name = `${schema}.${table}`;
    return deps.holds()?.holdOn({ tier, set: name, table: name, from: '', to: cutoff.toISOString() });
  }

  const note = (runId: string, { place, tenantId, method, cutoff, rows, keptBy }: RetentionStep) =>
    on('oltp', (tx) =>
      noteStep.run(tx, { run_id: runId, place, scope: tenantId ?? 'all', method, cutoff, due_count: rows, kept_by: keptBy ?? null }),
    );

  /** Batch after batch, resting as long as each took. Gives what kept the rest, if anything did. */
  async function enforce(
    { rule, isTenants, step }: Due,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const statement = batchStatement(rule, step.cutoff, isTenants, batchRows);
    for (let done = 0; ; ) {
      const started = deps.clock.monotonicMs();
      try {
        const { rowCount } = await on(rule.tier, (tx) => tx.query(statement), signal);
        if (!rowCount) return undefined;
        done += rowCount;
        onProgress(`${step.place}: ${done} of ${step.rows}`);
      } catch (error) {
        if (stateOf(error) !== foreignKeyViolation) throw error;
        return `other rows refer to them (${messageOf(error)})`;
      }
      await delay(deps.clock.monotonicMs() - started, undefined, { signal });
    }
  }

  return {
    rules,
    plan: async ({ on: due, signal } = {}) => (await look(due ?? deps.clock.now(), signal)).map(({ step }) => step),

    async run({ signal = new AbortController().signal, onProgress = () => {} } = {}) {
      await using lead = await takeLead(connect, { tier: 'oltp', tag: 'privacy.retention', name: 'privacy.retention', signal });
      if (!lead) throw retentionErrors.RETENTION_RUNS();
      await on('oltp', (tx) => beginRun.run(tx, { id: uuidv7(), due: deps.clock.now() }));
      const run = await on('oltp', (tx) => findRun.first(tx, {}));
      if (!run) throw retentionErrors.RETENTION_RUNS();
      const due = await look(run.due, signal);
      await deps.record({
        kind: 'operation',
        action: 'privacy.retention-begun',
        success: true,
        details: { run: run.id, tables: due.length },
      });
      for (const one of due) {
        await note(run.id, one.step);
        if (one.step.keptBy !== undefined || one.step.rows === 0) continue;
        const keptBy = await enforce(one, onProgress, signal);
        if (keptBy !== undefined) await note(run.id, { ...one.step, keptBy });
      }
      return certify(run, await look(run.due, signal));
    },
  };

  async function certify(run: { readonly id: string; readonly due: Date }, left: readonly Due[]): Promise<RetentionCertificate> {
    const completed = deps.clock.now();
    const steps = await on('oltp', (tx) => listSteps.all(tx, { run_id: run.id }));
    const certificate = signed(
      {
        kind: 'retention' as const,
        run: run.id,
        due: run.due.toISOString(),
        completed: completed.toISOString(),
        steps: steps.map((step) => {
          const rest = left.find(({ step: one }) => one.place === step.place && (one.tenantId ?? 'all') === step.scope)?.step.rows ?? 0;
          const keptBy = step.kept_by ?? (rest > 0 ? 'written since with an older date' : undefined);
          return {
            place: step.place,
            ...(step.scope !== 'all' && { tenantId: step.scope }),
            method: step.method as RetentionStep['method'],
            cutoff: step.cutoff.toISOString(),
            rows: keptBy === undefined ? step.due_count : rest,
            ...(keptBy !== undefined && { keptBy }),
          };
        }),
      },
      await deps.signingKey(),
    );
    const rowCount = certificate.steps.reduce((sum, { rows, keptBy }) => sum + (keptBy === undefined ? rows : 0), 0);
    await deps.record({ kind: 'operation', action: 'privacy.retention', success: true, rowCount, details: { run: run.id } });
    await on('oltp', (tx) => completeRun.run(tx, { id: run.id, certificate: JSON.stringify(certificate), completed }));
    return certificate;
  }
}

/** @throws PLINTH_PRIVACY_BAD_RETENTION */
function fitted(rule: RetentionRule, catalog: Catalog, years: number | undefined, exceptTenants: readonly string[]): FittingRule {
  const name = `${rule.schema}.${rule.table}`;
  const refuse = (problem: string, remedy: string) => retentionErrors.BAD_RETENTION({ table: name, problem, remedy });
  const table = catalog.tables.find((one) => one.schema === rule.schema && one.table === rule.table);
  if (!table) throw refuse(`there is no such table in ${rule.tier}`, 'Correct the rule, or remove it with the table');
  const problem = ageProblem(
    table.columns.find((column) => column.name === rule.agedBy),
    rule.agedBy,
  );
  if (problem) throw refuse(problem, 'Name the column that says how old a row is');
  // Without this, what is one tenant's would be everybody's.
  if (rule.tenantId !== undefined && !table.columns.some(({ name }) => name === 'tenant_id'))
    throw refuse(`it has no tenant_id, but tenant ${rule.tenantId} has a rule of its own`, 'Remove that rule or policy');
  const keep = rule.keep ?? (years === undefined ? undefined : `${years} years`);
  if (keep === undefined)
    throw refuse('neither it nor a classification says how long', 'Give "keep", or classify the table with retention_years');
  const neutrals = new Map<string, Neutral>();
  for (const column of rule.anonymised ?? []) {
    const facts = table.columns.find((one) => one.name === column);
    const neutral = facts && neutralOf(facts);
    if (!neutral) throw refuse(facts ? `nothing neutral can stand in ${column}` : `it has no column ${column}`, 'Correct the rule');
    neutrals.set(column, neutral);
  }
  return { ...rule, keep, exceptTenants, neutrals };
}
