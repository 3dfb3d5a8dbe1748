// Made by `npm run generate` from progress.sql; do not edit.
// sources: 8af491b29a4919501684d916daa73c70
import { defineQuery } from '../../../../../kernel/index.ts';

export interface WriteProgressParams {
  readonly tenant_ids: readonly string[];
  readonly job_ids: readonly string[];
  readonly done: readonly number[];
  readonly totals: readonly number[];
  readonly notes: readonly string[];
}
export type WriteProgressRow = Record<string, never>;
export const writeProgress = defineQuery<WriteProgressParams, WriteProgressRow>('queue/progress.write_progress', ['tenant_ids', 'job_ids', 'done', 'totals', 'notes'], `insert into queue.job_progress (tenant_id, job_id, done, total, note)
select g.tenant_id, g.job_id, g.done, g.total, nullif(g.note, '')
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[]) g (tenant_id, job_id, done, total, note)
order by g.tenant_id, g.job_id
on conflict (tenant_id, job_id) do update set done = excluded.done, total = excluded.total, note = excluded.note, said = now()`);

export interface ReadProgressParams {
  readonly tenant_id: string;
  readonly job_id: string;
}
export interface ReadProgressRow {
  readonly done: number;
  readonly total: number;
  readonly note: string | null;
  readonly said: Date;
}
export const readProgress = defineQuery<ReadProgressParams, ReadProgressRow>('queue/progress.read_progress', ['tenant_id', 'job_id'], `select p.done, p.total, p.note, p.said from queue.job_progress p where p.tenant_id = $1 and p.job_id = $2`);
