import type { Executor } from '../../../kernel/index.ts';
import type { HeldLease, LogLine, Results } from './item.ts';

type Statement = Parameters<Executor['query']>[0];

// By hand rather than as a named query: the driver quotes each number of an array, which costs more than running the jobs did.
const text =
  'select queue.finish($1, $2, $3::uuid[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::uuid[], $9::jsonb, ' +
  '$10::integer[], $11::jsonb[], $12::jsonb, $13::integer[], $14::integer[], $15::integer[], $16::integer[], $17::text[], $18::text[], ' +
  '$19::jsonb[], $20) as refused';

const object = (entries: readonly string[]) => (entries.length > 0 ? `{${entries.join(',')}}` : null);
const array = (values: readonly (string | number)[]) => `{${values.join(',')}}`;

/** The statement that records results of leases; of each what is told as one. */
export function finishStatement(given: {
  readonly workerId: string;
  readonly version: string;
  readonly leases: readonly { readonly lease: HeldLease; readonly results: Results }[];
  readonly closed: readonly HeldLease[];
  readonly nowMs: number;
  readonly isRepeated: boolean;
}): Statement {
  const { nowMs } = given;
  const places: number[] = [];
  const durations: number[] = [];
  const ages: number[] = [];
  const [values, others]: [string[], string[]] = [[], []];
  const owes: number[] = [];
  const follows = new Map<string, number>();
  const logCounts: number[] = [];
  const logs: { readonly place: number; readonly line: number; readonly said: LogLine }[] = [];
  const ageOf = (endMs: number) => Math.max(0, Math.round(nowMs - endMs));
  given.leases.forEach(({ results }, index) => {
    const first = places.length;
    for (const place of results.places) places.push(place);
    for (const ms of results.durationsMs) durations.push(Math.round(ms));
    for (const ms of results.endsMs) ages.push(ageOf(ms));
    const returned = new Array<string>(results.places.length).fill('null');
    let hasReturned = false;
    for (const { at, result, follow } of results.more) {
      if (result !== undefined) {
        returned[at] = result;
        hasReturned = true;
      }
      if (follow !== null) owes[first + at] = numberOf(follows, JSON.stringify(follow));
    }
    if (hasReturned) values.push(`"${index + 1}":[${returned.join(',')}]`);
    if (results.others.length > 0) others.push(`"${index + 1}":[${results.others.map((other) => otherText(other, ageOf)).join(',')}]`);
    const before = logs.length;
    for (const { place, lines } of results.logs) lines.forEach((said, line) => void logs.push({ place, line: line + 1, said }));
    logCounts.push(logs.length - before);
  });
  return {
    name: 'queue.finish',
    text,
    values: [
      given.workerId,
      given.version,
      array(given.leases.map(({ lease }) => lease.id)),
      array(given.leases.map(({ results }) => results.places.length)),
      array(places),
      array(durations),
      array(ages),
      array(given.closed.map(({ id }) => id)),
      object(values),
      array(follows.size > 0 ? Array.from(places, (_, at) => owes[at] ?? 0) : []),
      [...follows.keys()],
      object(others),
      array(logCounts),
      array(logs.map(({ place }) => place)),
      array(logs.map(({ line }) => line)),
      array(logs.map(({ said }) => ageOf(said.atMs))),
      array(logs.map(({ said }) => said.level)),
      logs.map(({ said }) => said.message),
      logs.map(({ said }) => said.fields ?? null),
      given.isRepeated,
    ],
  };
}

/** Many jobs of a kind owe the same: it is said once. */
function numberOf(known: Map<string, number>, text: string): number {
  const number = known.get(text) ?? known.size + 1;
  known.set(text, number);
  return number;
}

function otherText({ item, durationMs, endMs, outcome }: Results['others'][number], ageOf: (endMs: number) => number): string {
  const { status, error, delayMs, keepAge, reason } = outcome;
  return JSON.stringify({
    place: item.place,
    status,
    duration_ms: Math.round(durationMs),
    age_ms: ageOf(endMs),
    delay_ms: delayMs,
    keep_age: keepAge,
    reason,
    error,
    follow: item.job.record?.follow ?? undefined,
  });
}
