import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';
import { type ColumnFacts, neutralOf } from '../../catalog/index.ts';
import type { Category } from '../../model/categories.ts';
import { familyNames, givenNames, streets } from './fakes.ts';
import { isApart, type Mask } from './masks.ts';
import type { MaskedColumn } from './plan.ts';

type Family = 'text' | 'number' | 'time' | 'uuid' | 'bytes' | 'address' | 'other';

/** `h` is 32 bytes that follow from the value and the seed alone, `v` the value. */
type Shape = (column: ColumnFacts, category: Category | undefined) => string | undefined;

const familyOf = ({ type, category }: ColumnFacts): Family => {
  if (category === 'S' || type.endsWith('citext')) return 'text';
  if (type === 'uuid') return 'uuid';
  if (type === 'bytea') return 'bytes';
  return category === 'N' ? 'number' : category === 'D' ? 'time' : category === 'I' ? 'address' : 'other';
};

const maxLengthOf = ({ type }: ColumnFacts): number | undefined => {
  const found = /^character(?: varying)?\((\d+)\)$/.exec(type);
  return found ? Number(found[1]) : undefined;
};

const fraction = '((get_byte(m.h, 0) * 256 + get_byte(m.h, 1)) / 65536.0)';
const pick = (list: readonly string[], byte: number) =>
  `(array[${list.map((word) => quoteLiteral(word)).join(',')}])[1 + get_byte(m.h, ${byte}) % 64]`;
const lower = (list: readonly string[]) => list.map((word) => word.toLowerCase());
const hexOf = (bytes: number, from = 9) => `encode(substr(m.h, ${from}, ${bytes}), 'hex')`;

const hash: Shape = (column) => {
  const family = familyOf(column);
  if (family === 'text') return hexOf(16, 1);
  if (family === 'uuid') return `${hexOf(16, 1)}::uuid`;
  if (family === 'bytes') return 'm.h';
  // 62 bits: what has fewer would meet itself among millions.
  return column.type === 'bigint' ? `(('x' || ${hexOf(8, 1)})::bit(64)::bigint & 4611686018427387903)` : undefined;
};

const partial: Shape = (column, category) => {
  if (familyOf(column) !== 'text') return undefined;
  const value = 'm.v::text';
  // The first letters and the end of the domain; a value that is no address keeps nothing.
  if (category === 'email')
    return `case when ${value} ~ '^[^@]+@[^@]+$' then regexp_replace(${value}, '^(.)[^@]*@(.).*?(\\.[^.]+)?$', '\\1***@\\2***\\3') else '***' end`;
  if (category === 'payment-card' || category === 'bank-account') return `'****' || right(${value}, 4)`;
  return `case when length(${value}) > 4 then left(${value}, 1) || '***' || right(${value}, 1) else '***' end`;
};

const generalise: Shape = (column) => {
  const family = familyOf(column);
  if (family === 'time' && column.type !== 'interval') return `date_trunc('year', m.v)::${column.type}`;
  // One digit says something, the rest are nought: 37 is 30, 54,300 is 50,000.
  if (family === 'number')
    return `case when m.v = 0 then m.v else trunc(m.v::numeric, -floor(log(abs(m.v::numeric)))::integer)::${column.type} end`;
  if (column.type === 'inet') return 'set_masklen(m.v, case family(m.v) when 4 then 24 else 48 end)::cidr::inet';
  return family === 'text' ? `case when length(m.v::text) > 3 then left(m.v::text, 2) || '***' else '***' end` : undefined;
};

const noise: Shape = (column) => {
  const family = familyOf(column);
  if (family === 'number') return `(m.v * (0.9 + 0.2 * ${fraction}))::${column.type}`;
  if (column.type === 'date') return `m.v + (floor(${fraction} * 61)::integer - 30)`;
  return family === 'time' && column.type.startsWith('timestamp') ? `m.v + (${fraction} - 0.5) * interval '60 days'` : undefined;
};

const fakeTexts: Partial<Record<Category, string>> = {
  email: `${pick(lower(givenNames), 0)} || '.' || ${pick(lower(familyNames), 1)} || '.' || ${hexOf(8)} || '@example.org'`,
  'person-name': `${pick(givenNames, 0)} || ' ' || ${pick(familyNames, 1)}`,
  // No country has 999.
  phone: `'+999' || lpad(((('x' || ${hexOf(8)})::bit(64)::bigint & 4611686018427387903) % 100000000000)::text, 11, '0')`,
  address: `${pick(streets, 0)} || ' ' || (1 + get_byte(m.h, 1) % 120)`,
  account: `'user-' || ${hexOf(8)}`,
  business: `'Firma ' || ${pick(familyNames, 0)} || ' ' || ${hexOf(4)}`,
  // From the net 10.0.0.0/8, which nobody is reached by.
  'ip-address': `'10.' || get_byte(m.h, 0) || '.' || get_byte(m.h, 1) || '.' || get_byte(m.h, 2)`,
};

const fake: Shape = (column, category) => {
  if (column.type === 'inet') return `(${fakeTexts['ip-address']})::inet`;
  if (familyOf(column) !== 'text') return noise(column, category) ?? hash(column, category);
  const text = (category && fakeTexts[category]) ?? hexOf(16, 1);
  return column.isUnique && !isApart(category) ? `${text} || ' ' || ${hexOf(8, 17)}` : text;
};

const shapes: Readonly<Record<Exclude<Mask, 'keep' | 'null'>, Shape>> = { partial, hash, generalise, noise, fake };

/** What stands in place of a column of `t`: SQL by itself, or SQL over the value `m.v` and its hash `m.h`, which `hashed` computes. */
type Instead = { readonly sql: string } | { readonly fitting: string; readonly name: string; readonly hashed: string };

function insteadOf(column: ColumnFacts, mask: Mask, category: Category | undefined, seed: string): Instead | undefined {
  const name = `t.${quoteIdentifier(column.name)}`;
  if (mask === 'keep') return { sql: name };
  const shape = mask === 'null' ? undefined : shapes[mask](column, category);
  const instead = shape ?? (column.isNullable ? 'null' : (neutralOf(column)?.value ?? hash(column, category)));
  if (instead === undefined) return undefined;
  if (!/\bm\.[hv]\b/.test(instead)) return { sql: `${instead}::${column.type}` };
  const limit = maxLengthOf(column);
  // Cut to what fits: a hash, whose every part is as good.
  const fitting =
    limit === undefined
      ? `(${instead})::${column.type}`
      : `(case when length(${instead}) > ${limit} then left(${hexOf(16, 1)}, ${limit}) else ${instead} end)::${column.type}`;
  // What needs no hash is not made to wait for one.
  if (!/\bm\.h\b/.test(fitting)) return { sql: fitting.replaceAll(/\bm\.v\b/g, name) };
  const given = category === 'email' || column.type.endsWith('citext') ? `lower(${name}::text)` : `${name}::text`;
  const hashed = `sha256(${seed} || convert_to(${quoteLiteral(`${category ?? 'value'}:`)} || ${given}, 'UTF8') || ${seed})`;
  return { fitting, name, hashed };
}

/**
 * What to select of `t` in place of a column. A mask that its type does not know becomes the strictest there is: null, and where that is
 * not allowed something neutral or a hash. Undefined where nothing of all that fits the type.
 *
 * @param seed SQL of the seed, a bytea; it is hashed before and behind each value
 */
export function maskedExpression(column: ColumnFacts, mask: Mask, category: Category | undefined, seed: string): string | undefined {
  const instead = insteadOf(column, mask, category, seed);
  if (instead === undefined || 'sql' in instead) return instead?.sql;
  const { fitting, name, hashed } = instead;
  return `case when ${name} is not null then (select ${fitting} from (select ${hashed} as h, ${name} as v offset 0) m) end`;
}

/**
 * The same for whole tables that are read row by row: all hashes of a row are computed beside it, which takes a quarter less than a
 * sub-select for each value. `expressions` are in the order of the columns, over the rows of `from`.
 */
export function maskedRows(table: string, columns: readonly MaskedColumn[], seed: string) {
  const hashes: string[] = [];
  const expressions = columns.map(({ facts, mask, category }) => {
    const instead = insteadOf(facts, mask, category, seed);
    if (instead === undefined || 'sql' in instead) return instead?.sql;
    const { fitting, name, hashed } = instead;
    const at = `t.plinth_h${hashes.push(hashed)}`;
    return `case when ${name} is not null then ${fitting.replaceAll(/\bm\.h\b/g, at).replaceAll(/\bm\.v\b/g, name)} end`;
  });
  const beside = hashes.map((hashed, index) => `${hashed} as plinth_h${index + 1}`);
  // Not merged into the outer query: there each use of a hash would compute it again.
  const from = hashes.length === 0 ? `${table} t` : `(select t.*, ${beside.join(', ')} from ${table} t offset 0) t`;
  return { expressions, from };
}
