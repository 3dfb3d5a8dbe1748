import type { Filled } from '../../../kernel/index.ts';
import { writePlace } from '../model/places.ts';
import type { SubjectDeps } from './deps.ts';
import type { LinkedTable } from './model/statements.ts';
import { openTableStore, personRows } from './table-store.ts';
import { openTrailStore } from './trail-store.ts';
import type { Identifier, Person, PersonFinding, PlannedPlace, StepBounds, SubjectStore } from './types.ts';

/** The person, and who holds something of them, in the order of erasing: the rows of tables go last, as others are found by them. */
export function storesFor(
  deps: Pick<SubjectDeps, 'connect' | 'crypto' | 'stores' | 'trail'>,
  tables: readonly LinkedTable[],
  identifiers: readonly Identifier[],
  signal: AbortSignal,
): { readonly person: Person; readonly stores: readonly Filled<SubjectStore>[] } {
  return {
    person: { identifiers, rows: () => personRows(deps, tables, identifiers, signal) },
    stores: [
      ...deps.stores().toReversed(),
      { by: 'audit', value: openTrailStore(deps, tables) },
      { by: 'tables', value: openTableStore(deps, tables) },
    ],
  };
}

/** What there is of the person in each store, with the holds that are in the way. Looks only. */
export async function planOf(
  { holds }: Pick<SubjectDeps, 'holds'>,
  stores: readonly Filled<SubjectStore>[],
  person: Person,
  bounds: StepBounds,
): Promise<readonly PlannedPlace[]> {
  const plan: PlannedPlace[] = [];
  for (const { by, value } of stores) {
    for (const found of await value.find(person, bounds)) {
      const hold = await holdOn(holds(), found);
      plan.push({ ...found, store: by, ...(hold !== undefined && { hold }) });
    }
  }
  return plan;
}

/** A hold speaks of tables and spans of time; one that covers any row of the table keeps the person's. */
async function holdOn(holds: ReturnType<SubjectDeps['holds']>, { method, tables }: PersonFinding): Promise<string | undefined> {
  if (holds === undefined || method === 'keep') return undefined;
  for (const place of tables) {
    const table = `${place.schema}.${place.table}`;
    const reason = await holds.holdOn({ tier: place.tier, set: table, table, from: '', to: '' });
    if (reason !== undefined) return `${writePlace(place)}: ${reason}`;
  }
  return undefined;
}
