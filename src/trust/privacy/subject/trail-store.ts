import type { Answers, EventAbout } from '../../audit/index.ts';
import { writePlace, writeTable } from '../model/places.ts';
import { type LinkedTable, selectRows } from './model/statements.ts';
import { seek } from './sealed-columns.ts';
import { pages, type TableStoreDeps } from './table-store.ts';
import type { Person, PersonFinding, StepBounds, SubjectStore } from './types.ts';

const reason =
  'that rows were changed or read stays on record; of values only what was classified as public or internal, all else as keyed hashes';

/** What the audit trail tells of the person's rows. Nothing of it is erased: it keeps the fact without the data. */
export function openTrailStore(
  { connect, crypto, trail }: TableStoreDeps & { readonly trail: Pick<Answers, 'about'> },
  tables: readonly LinkedTable[],
): SubjectStore {
  /** Events about the person's rows in one table, each once. */
  async function* eventsOf(table: LinkedTable, { identifiers }: Person, { signal }: StepBounds): AsyncIterable<EventAbout> {
    const tenant = table.isTenants ? 't.tenant_id' : 'null::uuid';
    const statement = selectRows(table, await seek(crypto, table, identifiers), `audit.key_of_row(t) as key, ${tenant} as tenant_id`);
    if (!statement) return;
    const told = new Set<number>();
    for await (const page of pages(connect, table.tier, statement, signal)) {
      for (const [tenantId, rows] of Map.groupBy(page, (row) => row.tenant_id as string | null)) {
        const keys = rows.flatMap(({ key }) => (key === null ? [] : [key as string]));
        const asked = { tier: table.tier, table: writeTable(table), keys, ...(tenantId !== null && { tenantId }) };
        for (const event of keys.length > 0 ? await trail.about(asked) : []) {
          if (!told.has(event.eventId)) yield event;
          told.add(event.eventId);
        }
      }
    }
  }

  return {
    async find(person, bounds) {
      const findings: PersonFinding[] = [];
      for (const table of tables) {
        let count = 0;
        for await (const _ of eventsOf(table, person, bounds)) count++;
        if (count > 0) findings.push({ place: `events about ${writePlace(table)}`, method: 'keep', count, reason, tables: [] });
      }
      return findings;
    },
    async export(person, sink, bounds) {
      for (const table of tables) await sink.records(`${table.tier}/${table.schema}.${table.table}`, eventsOf(table, person, bounds));
    },
    async erase() {},
  };
}
