import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Executor } from '../../../kernel/index.ts';
import { quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { quotedTable } from '../catalog/index.ts';
import type { MaskedTable } from '../masking/index.ts';
import type { Leftover } from './types.ts';

const sampledValues = 100;
const searchedRows = 20_000;
// Shorter ones stand in any text by chance.
const shortest = 6;

/** Values of masked text columns of the source, by place; never shown to anybody. */
export type Originals = ReadonlyMap<string, readonly string[]>;

const texts = (table: MaskedTable) => table.masked.filter(({ facts }) => facts.category === 'S' || facts.type.endsWith('citext'));

/** Some values of each text column that is masked, from all over its table. */
export async function sampleOriginals(source: Executor, tables: readonly MaskedTable[]): Promise<Originals> {
  const originals = new Map<string, readonly string[]>();
  for (const table of tables) {
    for (const { facts, mask } of texts(table)) {
      if (mask === 'keep') continue;
      const column = `t.${quoteIdentifier(facts.name)}::text`;
      const { rows } = await source.query({
        text: `select distinct s.value from (select ${column} as value from ${quotedTable(table)} t where length(${column}) >= ${shortest} order by random() limit ${sampledValues}) s`,
      });
      originals.set(
        `${table.schema}.${table.table}.${facts.name}`,
        rows.map(({ value }) => value),
      );
    }
  }
  return originals;
}

/**
 * Where a text that is kept names the person of its own row, such as a note with the name in it: looked for in every row, one scan a
 * table. What is kept is the same in source and copy.
 */
export async function findInOwnRows(source: Executor, tier: Tier, tables: readonly MaskedTable[]): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const table of tables) {
    const [kept, masked] = [texts(table).filter(({ mask }) => mask === 'keep'), texts(table).filter(({ mask }) => mask !== 'keep')];
    const pairs = kept.flatMap((note) => masked.map((value) => [note.facts.name, value.facts.name] as const));
    if (pairs.length === 0) continue;
    const lower = (name: string) => `lower(t.${quoteIdentifier(name)}::text)`;
    const counts = pairs.map(
      ([note, value]) =>
        `count(*) filter (where length(t.${quoteIdentifier(value)}::text) >= ${shortest} and strpos(${lower(note)}, ${lower(value)}) > 0)`,
    );
    const { rows } = await source.query({ text: `select array[${counts.join(', ')}] as counts from ${quotedTable(table)} t` });
    const name = `${table.schema}.${table.table}`;
    for (const [index, [note, value]] of pairs.entries()) {
      const values = Number(rows[0].counts[index]);
      if (values > 0) found.push({ tier, from: `${name}.${value}`, found: `${name}.${note}`, values });
    }
  }
  return found;
}

/**
 * Where such values stand in the copy all the same: as a whole in the masked columns themselves, and inside the texts that were not masked,
 * such as letters about somebody else's row, of each of which the first rows are read.
 */
export async function findLeftovers(
  into: Transaction,
  tier: Tier,
  tables: readonly MaskedTable[],
  originals: Originals,
): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const table of tables) {
    for (const { facts, mask } of texts(table)) {
      const place = `${table.schema}.${table.table}.${facts.name}`;
      const column = `t.${quoteIdentifier(facts.name)}::text`;
      const own = originals.get(place);
      if (own) {
        const text = `select count(*) as values from unnest($1::text[]) o (value) where exists (select from ${quotedTable(table)} t where ${column} = o.value)`;
        const { rows } = await into.query({ text, values: [own] });
        if (rows[0].values > 0) found.push({ tier, from: place, found: place, values: rows[0].values });
      }
      if (mask !== 'keep') continue;
      const { rows } = await into.query({
        text: `select o.place, count(distinct o.value) as values
                 from (select ${column} as body from ${quotedTable(table)} t where length(${column}) >= ${shortest} limit ${searchedRows}) b
                 join unnest($1::text[], $2::text[]) o (place, value) on strpos(b.body, o.value) > 0
                group by 1 order by 1`,
        values: flatten(originals),
      });
      for (const row of rows) found.push({ tier, from: row.place, found: place, values: row.values });
    }
  }
  return found;
}

function flatten(originals: Originals): [string[], string[]] {
  const pairs = [...originals].flatMap(([place, values]) => values.map((value) => [place, value] as const));
  return [pairs.map(([place]) => place), pairs.map(([, value]) => value)];
}
