import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { asAudited, type Clock, type EventBus, isUuid } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Finding } from '../model/findings.ts';
import { deadErrors } from './errors.ts';
import { kindOf } from './model/signature.ts';
import { auditRedrive, countLetters, judgeTrial, listLetters, listPatterns, redrive } from './sql/queries/queries.gen.ts';
import type { Dead, DeadLetter, LetterFilter } from './types.ts';

export interface DeadDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'current'>;
  readonly events: EventBus;
  readonly clock: Clock;
}

const defaultPage = 50;
const longestPage = 500;
const trialSize = 10;
const defaultPerSecond = 20;
// One transaction takes so many; what is killed between two goes on with the rest when it is asked again.
const most = 1_000;
const dayMs = 86_400_000;

export function openDead({ connect, tenancy, events, clock }: DeadDeps): Dead {
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `queue.${tag}` }, work);

  /** Who works for a tenant meets that tenant's alone. */
  const paramsOf = ({ ids, tenantId, signature, type, since, until }: LetterFilter) => ({
    ids: ids ? [...ids] : null,
    tenant_id: tenancy.current()?.tenantId ?? tenantId ?? null,
    signature: signature ?? null,
    job_type: type ?? null,
    since: since ?? null,
    until: until ?? null,
  });

  return {
    async list({ isRedrivenToo = false, ...filter } = {}, { before, limit = defaultPage } = {}) {
      const size = Math.max(1, Math.min(limit, longestPage));
      const [failed, id] = before?.split('~') ?? [];
      const rows = await run('dead', (tx) =>
        listLetters.all(tx, {
          ...paramsOf(filter),
          is_open: !isRedrivenToo,
          before: failed === undefined ? null : new Date(failed),
          before_id: id ?? null,
          limit: size + 1,
        }),
      );
      const letters = rows.slice(0, size).map(
        (row): DeadLetter => ({
          jobId: row.job_id,
          tenantId: row.tenant_id,
          queue: row.queue_name,
          type: row.job_type,
          reason: row.reason as DeadLetter['reason'],
          signature: row.signature,
          kind: kindOf(row.last_error),
          runs: row.runs,
          handlerVersion: row.handler_version,
          failed: row.failed,
          redriven: row.redriven,
          redrivenAs: row.redriven_as,
        }),
      );
      const last = letters.at(-1);
      return { letters, ...(rows.length > size && last && { next: `${last.failed.toISOString()}~${last.jobId}` }) };
    },

    async patterns({ type, since = new Date(clock.now().getTime() - dayMs), limit = defaultPage } = {}) {
      const rows = await run('patterns', (tx) =>
        listPatterns.all(tx, { job_type: type ?? null, since, limit: Math.min(limit, longestPage) }),
      );
      return rows.map((row) => ({
        signature: row.signature,
        type: row.job_type,
        queue: row.queue,
        kind: row.kind,
        count: row.count,
        tenants: row.tenants,
        topShare: row.top_share,
        firstHour: row.first_hour,
        lastHour: row.last_hour,
        firstJobId: row.first_job_id,
        lastJobId: row.last_job_id,
        findings: row.findings as Finding[],
        versions: row.versions,
        dead: row.dead,
      }));
    },

    async redrive({ isAll = false, isForced = false, perSecond = defaultPerSecond, ...filter }, { by }) {
      const { ids } = filter;
      if ((ids ?? filter.signature ?? filter.type ?? filter.tenantId ?? filter.since ?? filter.until) === undefined)
        throw deadErrors.NO_CHOICE();
      const malformed = ids?.find((id) => !isUuid(id));
      if (malformed !== undefined) throw deadErrors.NO_LETTER({ id: malformed });
      const params = paramsOf(filter);
      const waiting = (await run('redrive', (tx) => countLetters.one(tx, params))).jobs;
      if (ids?.length === 1 && waiting === 0) throw deadErrors.NO_LETTER({ id: ids[0] ?? '' });
      if (!ids && isAll && !isForced && waiting > trialSize) {
        const trial = await run('redrive', (tx) => judgeTrial.one(tx, params));
        if (trial.completed === 0 || trial.failed >= trial.completed) throw deadErrors.TRIAL_OPEN({ ...trial, waiting });
      }
      const wanted = ids || isAll || isForced ? waiting : Math.min(waiting, trialSize);
      const words = ids ? (ids.length === 1 ? (ids[0] ?? '') : `${ids.length} jobs`) : (filter.signature ?? filter.type ?? 'by time');
      const work = async () => {
        const redriven: { jobId: string; tenantId: string; as: string }[] = [];
        for (let found = 1; found > 0 && redriven.length < wanted; ) {
          const already = redriven.length;
          const rows = await run('redrive', async (tx) => {
            const made = await redrive.all(tx, { ...params, most: Math.min(most, wanted - already), per_second: perSecond, already });
            if (made.length > 0) {
              await auditRedrive.run(tx, {
                target: words,
                by,
                details: JSON.stringify({ perSecond }),
                tenant_ids: made.map(({ tenant_id }) => tenant_id),
                ids: made.map(({ job_id }) => job_id),
              });
            }
            return made;
          });
          found = rows.length;
          redriven.push(...rows.map((row) => ({ jobId: row.job_id, tenantId: row.tenant_id, as: row.redriven_as })));
        }
        return { redriven, left: waiting - redriven.length };
      };
      const event = { action: 'queue.redrive', target: { type: 'dead', id: words }, details: { by } };
      return asAudited(events, event, work, ({ redriven }) => ({ affectedRows: redriven.length }));
    },
  };
}
