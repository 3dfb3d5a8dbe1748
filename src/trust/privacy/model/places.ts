import { isTier, type Tier, tiers } from '../../../kernel/index.ts';
import type { Classification, Place } from './types.ts';

const part = '(?:"((?:[^"]|"")+)"|([^".]+))';
const written = new RegExp(`^(?:(\\w+):)?${part}\\.${part}(?:\\.${part})?$`);

/** What a person or `regclass` writes: `[tier:]schema.table[.column]`, each name quoted or not. Undefined when it is none. */
export function parsePlace(text: string): (Omit<Place, 'tier'> & { readonly tier?: Tier }) | undefined {
  const [, tier, ...names] = written.exec(text.trim()) ?? [];
  const [schema, table, column] = [0, 2, 4].map((at) => names[at]?.replaceAll('""', '"') ?? names[at + 1]);
  if (schema === undefined || table === undefined || (tier !== undefined && !isTier(tier))) return undefined;
  return { schema, table, ...(column !== undefined && { column }), ...(isTier(tier) && { tier }) };
}

const plain = (name: string) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** A place as `parsePlace` reads it. */
export const writePlace = ({ tier, schema, table, column }: Place): string =>
  `${tier}:${[schema, table, ...(column === undefined ? [] : [column])].map(plain).join('.')}`;

/** A schema and its table as `privacy.classify()` takes them. */
export const writeTable = ({ schema, table }: Omit<Place, 'tier'>): string => `${plain(schema)}.${plain(table)}`;

/** Which tiers are one database: each with the first of its database, under which findings are kept. */
export function firstTiers(databaseKey: (tier: Tier) => string): Readonly<Record<Tier, Tier>> {
  const first = (tier: Tier) => tiers.find((other) => databaseKey(other) === databaseKey(tier)) ?? tier;
  return Object.fromEntries(tiers.map((tier) => [tier, first(tier)])) as Record<Tier, Tier>;
}

/** Tiers that share a database may each have a row for a place: a decision comes before a finding, then the later one. */
const outranks = (one: Classification, other: Classification) =>
  one.source === other.source ? one.created > other.created : one.source === 'manual';

/** What was said about the columns of all tables, asked by place. */
export class Decisions {
  readonly #byPlace = new Map<string, Classification>();
  readonly #firstTier: Readonly<Record<Tier, Tier>>;

  constructor(classifications: readonly Classification[], firstTier: Readonly<Record<Tier, Tier>>) {
    this.#firstTier = firstTier;
    for (const one of classifications) {
      const key = this.#keyOf(one.place);
      const other = this.#byPlace.get(key);
      if (!other || outranks(one, other)) this.#byPlace.set(key, one);
    }
  }

  /** What holds for a column: a decision about it, one about its table, what a scan found. */
  of({ column, ...table }: Place): Classification | undefined {
    const whole = this.#byPlace.get(this.#keyOf(table));
    const own = column === undefined ? undefined : this.#byPlace.get(this.#keyOf({ ...table, column }));
    return own?.source === 'manual' || whole?.source !== 'manual' ? (own ?? whole) : whole;
  }

  #keyOf({ tier, schema, table, column }: Place): string {
    return JSON.stringify([this.#firstTier[tier], schema, table, column ?? null]);
  }
}
