import type { Allowance, Aspect, ParityReport, ParityRow } from '../types.ts';
import { aspects } from '../types.ts';

export interface Fact {
  readonly aspect: Aspect;
  readonly name: string;
  readonly value: string;
}

/** What differs between environments, and what is allowed to. `today` is an ISO date. */
export function compareFacts(
  environments: readonly (readonly Fact[])[],
  allowances: readonly Allowance[],
  today: string,
): Pick<ParityReport, 'rows' | 'equal'> {
  const equal = Object.fromEntries(aspects.map((aspect) => [aspect, 0])) as Record<Aspect, number>;
  const rows: ParityRow[] = [];
  const maps = environments.map((facts) => new Map(facts.map((fact) => [`${fact.aspect}\n${fact.name}`, fact.value])));
  const keys = [...new Set(maps.flatMap((facts) => [...facts.keys()]))].sort();
  for (const key of keys) {
    const [aspect, name] = key.split('\n') as [Aspect, string];
    const values = maps.map((facts) => facts.get(key) ?? null);
    if (new Set(values).size === 1) {
      equal[aspect] += 1;
      continue;
    }
    const allowance = allowances.find((one) => one.aspect === aspect && one.name === name);
    if (!allowance) rows.push({ aspect, name, values, verdict: 'drift' });
    else if (allowance.expires <= today)
      rows.push({ aspect, name, values, verdict: 'drift', because: `was allowed until ${allowance.expires}: ${allowance.reason}` });
    else rows.push({ aspect, name, values, verdict: 'allowed', because: `${allowance.reason} (until ${allowance.expires})` });
  }
  return { rows, equal };
}
