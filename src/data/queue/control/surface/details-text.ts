import type { Effect } from '../../overview/index.ts';
import { moment } from '../../surface/asking.ts';
import type { JobDetails } from '../types.ts';

/** All that is known of a job, for people. */
export function detailsText(job: JobDetails, effects: readonly Effect[]): string {
  const place = [
    job.effective && job.effective.band !== job.band && `competes as ${job.effective.band}`,
    job.heldBy && `held by ${job.heldBy}`,
    job.nextDue && `due ${moment(job.nextDue)}`,
    job.openParents && `waits for ${job.openParents} jobs`,
    job.running && `on ${job.running.host ?? 'a worker that is gone'}:${job.running.pid ?? ''} since ${moment(job.running.leased)}`,
    job.running?.isCancelled && 'told to end',
  ].filter(Boolean);
  return [
    `${job.type} ${job.id}`,
    `  ${job.state}${place.length > 0 ? `, ${place.join(', ')}` : ''}; queue ${job.queue}, band ${job.band}, tenant ${job.tenantId}`,
    `  enqueued ${moment(job.queued)}, due ${moment(job.due)}${job.completed ? `, ended ${moment(job.completed)}` : ''} (UTC)`,
    ...placeText(job),
    ...(job.originId ? [`  in place of ${job.originId}`] : []),
    ...(job.redrivenAs ? [`  redriven as ${job.redrivenAs}`] : []),
    `  payload ${JSON.stringify(job.payload)}`,
    ...(job.details ? [`  ${job.details.table} ${JSON.stringify(job.details.row)}`] : []),
    ...job.attempts.map((one) => {
      const { name, message } = (one.error ?? {}) as { name?: string; message?: string };
      return `  run ${one.attempt} of ${job.maxAttempts}: ${one.status}, ${one.durationMs} ms, ${moment(one.completed)}${message === undefined ? '' : `  ${name}: ${message}`}`;
    }),
    ...effects.map(
      ({ name, attempt, intended, answered, answer }) =>
        `  effect ${name}: begun in run ${attempt} ${moment(intended)}, ${answered ? `answered ${moment(answered)} ${JSON.stringify(answer)}` : 'no answer known'}`,
    ),
    ...job.log.map(
      (line) => `  ${moment(line.logged)} ${line.level} ${line.message}${line.fields ? ` ${JSON.stringify(line.fields)}` : ''}`,
    ),
    ...job.actions.map((one) => `  ${moment(one.at)} ${one.action} by ${one.by}`),
  ].join('\n');
}

function placeText({ place, progress }: JobDetails): readonly string[] {
  const named = (list: readonly { readonly key: string; readonly state: string; readonly jobId: string }[]) =>
    list.map(({ key, state, jobId }) => `${key} (${state}, ${jobId})`).join(', ');
  return [
    ...(progress
      ? [`  ${progress.done} of ${progress.total} done${progress.note ? `: ${progress.note}` : ''}, ${moment(progress.said)}`]
      : []),
    ...(place ? [`  ${place.isCallback ? 'enqueued by' : place.key === null ? 'of' : `step ${place.key} of`} ${place.batchId}`] : []),
    ...(place?.parents.length ? [`  waits for ${named(place.parents)}`] : []),
    ...(place?.children.length ? [`  before ${named(place.children)}`] : []),
  ];
}
