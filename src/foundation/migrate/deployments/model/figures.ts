import type { Deployment, DeploymentFigures, Week } from '../types.ts';

const dayMs = 24 * 60 * 60_000;

/** What the deployments of the last `days` days say, by the usual four figures and what a run itself measures. Order does not matter. */
export function figuresOf(
  deployments: readonly Deployment[],
  { days, now }: { readonly days: number; readonly now: Date },
): Omit<DeploymentFigures, 'environment'> {
  const inOrder = deployments.toSorted((a, b) => a.started.getTime() - b.started.getTime());
  const { failed, restores, isBroken } = failures(inOrder);
  const changes = inOrder.filter(({ command, outcome }) => command === 'up' && outcome !== 'running');
  const leads = inOrder.flatMap(({ leadTimesMs }) => leadTimesMs);
  return {
    days,
    deployments: changes.length,
    perWeek: (changes.length / days) * 7,
    failed: failed.size,
    isBroken,
    ...(changes.length > 0 && { changeFailureRate: failed.size / changes.length }),
    ...named('restoreMs', restores),
    ...named(
      'durationMs',
      changes.flatMap(({ durationMs }) => durationMs ?? []),
    ),
    ...named('leadTimeMs', leads),
    leadTimesUnknown: sum(inOrder, ({ leadTimesUnknown }) => leadTimesUnknown),
    lockWaitMs: sum(inOrder, ({ lockWaitMs }) => lockWaitMs),
    retries: sum(inOrder, ({ retries }) => retries),
    weeks: weeksOf(changes, failed, days, now),
  };
}

/** Failed: ended so, was killed, or was taken back. Restored: by the next one that went through, or by what took it back. */
function failures(inOrder: readonly Deployment[]) {
  const failed = new Set<string>();
  const restores: number[] = [];
  let brokenSince: Date | undefined;
  let latest: Deployment | undefined;
  for (const one of inOrder) {
    if (one.outcome === 'running') continue;
    const ended = endOf(one);
    if (one.outcome !== 'completed') {
      if (one.command === 'up') failed.add(one.id);
      brokenSince ??= ended;
      continue;
    }
    if (one.command === 'down' && latest) {
      failed.add(latest.id);
      brokenSince ??= endOf(latest);
    }
    if (brokenSince) restores.push(ended.getTime() - brokenSince.getTime());
    brokenSince = undefined;
    latest = one.command === 'up' ? one : undefined;
  }
  return { failed, restores, isBroken: brokenSince !== undefined };
}

const endOf = ({ started, durationMs = 0 }: Deployment) => new Date(started.getTime() + durationMs);

/** Back from now, the oldest first; weeks without a deployment too. */
function weeksOf(changes: readonly Deployment[], failed: ReadonlySet<string>, days: number, now: Date): readonly Week[] {
  const count = Math.ceil(days / 7);
  return Array.from({ length: count }, (_, index) => {
    const from = now.getTime() - (count - index) * 7 * dayMs;
    const within = changes.filter(({ started }) => started.getTime() > from && started.getTime() <= from + 7 * dayMs);
    const bad = within.filter(({ id }) => failed.has(id)).length;
    return { from: new Date(from), completed: within.length - bad, failed: bad };
  });
}

const sum = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((total, one) => total + of(one), 0);

/** The median under a name; nothing where there is nothing to take it of. */
function named<K extends string>(name: K, values: readonly number[]): { readonly [_ in K]?: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return {};
  return { [name]: sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2 } as { readonly [_ in K]?: number };
}
