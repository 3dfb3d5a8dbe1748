import { type Executor, quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import { partitionName } from '../model/names.ts';
import { conversionErrors } from './errors.ts';
import { commonStart, readBound } from './model/bounds.ts';
import type { ExchangePlan, PlannedPart, TablePlan } from './model/plan.ts';
import {
  aheadOf,
  cutRanges,
  type DescribeTableRow,
  describeKey,
  describeTable,
  findUniqueIndex,
  horizon,
  type ListChildrenRow,
  laterOf,
  listChildren,
  listObstacles,
  presentValue,
} from './sql/queries/queries.gen.ts';
import type { ConvertRequest } from './types.ts';
import { qualified } from './work.ts';

const dayMs = 24 * 60 * 60_000;
const mostParts = 1_000;

type Strategy = TablePlan['strategy'];
const strategies: Readonly<Record<string, Strategy>> = {
  'timestamp with time zone': 'time',
  date: 'time',
  uuid: 'uuid7',
  bigint: 'id',
  integer: 'id',
};

/** Where a partition begins that takes everything from before: as far back as a literal goes, for an open end counts as no coverage. */
const beginnings: Readonly<Record<string, string>> = {
  'timestamp with time zone': '0001-01-01 00:00:00+00',
  date: '0001-01-01',
  uuid: '00000000-0000-0000-0000-000000000000',
  bigint: '-9223372036854775808',
  integer: '-2147483648',
};

const range = (lower: string, upper: string) => `FOR VALUES FROM (${lower}) TO (${upper})`;

/** Decides how a plain table becomes a partitioned one. Reads the catalog and the ends of the key. @throws PLINTH_PARTITION_CONVERSION_REFUSED */
export async function planTable(tx: Executor, tier: Tier, request: ConvertRequest): Promise<TablePlan> {
  const { table, key, route = 'adopt' } = request;
  const found = await describeTable.first(tx, { table });
  const column = found && (await describeKey.first(tx, { table, column: key }));
  const strategy = column && strategies[column.type];
  const uniques = await Promise.all(
    (request.unique ?? []).map(async (columns) => ({ columns, ...(await findUniqueIndex.first(tx, { table, columns: [...columns] })) })),
  );
  const claims = uniques.flatMap(({ columns, index, is_constraint }) =>
    index === undefined ? [] : [{ columns, index, isConstraint: is_constraint ?? false }],
  );
  const claimed = claims.map(({ index }) => index);
  const obstacles = found && column ? (await listObstacles.all(tx, { table, column: key, claimed })).map(({ obstacle }) => obstacle) : [];
  const unguarded = uniques.filter(({ index }) => index === undefined);
  const reasons = [
    ...reasonsAgainst(found, key, column, strategy),
    ...unguarded.map(({ columns }) => `there is no unique index over (${columns.join(', ')}) that claims could take the place of`),
    ...obstacles,
  ];
  if (!found || !column || !strategy || reasons.length > 0) throw conversionErrors.CONVERSION_REFUSED({ table, reasons });
  const hasKey = found.primary_key.includes(key);
  const base = {
    tier,
    schema: found.schema,
    name: found.name,
    columns: found.columns,
    settable: found.settable,
    keyColumn: key,
    keyType: column.type,
    strategy,
    primaryKey: found.primary_key,
    rowKey: hasKey ? found.primary_key : [...found.primary_key, key],
    ...(!hasKey && { keyIndex: partitionName(found.name, 'plinth_key') }),
    views: [],
    declaration: {
      by: strategy,
      key,
      every: request.every,
      // What was allowed stays allowed.
      movable: true,
      ...(request.ahead !== undefined && { ahead: request.ahead }),
      ...(claims.length > 0 && { unique: claims.map(({ columns }) => columns) }),
    },
    claims,
  };
  const cut = { strategy, type: column.type, unit: String(request.every) };
  const ahead = request.ahead ?? (strategy === 'id' ? 3 : ((await aheadOf.one(tx, { unit: cut.unit })).ahead ?? 3));
  const [least, greatest] = await endsOf(tx, table, key);
  const present = strategy === 'id' ? (greatest ?? '0') : (await presentValue.one(tx, { ...cut, later_ms: 0 })).value;
  if (route === 'adopt') {
    // Until the swap a CHECK refuses rows from there on: far enough away for a working day.
    const later =
      strategy === 'id'
        ? (await horizon.one(tx, { ...cut, value: present, ahead: 0 })).end
        : (await presentValue.one(tx, { ...cut, later_ms: dayMs })).value;
    const { end } = await horizon.one(tx, { ...cut, value: later, ahead: 0 });
    const last = await horizon.one(tx, { ...cut, value: end, ahead });
    const ranges = await cutRanges.all(tx, { ...cut, base: found.name, lowest: end, end: last.end, uncovered_of: null });
    return {
      ...base,
      route,
      begin: beginnings[column.type] ?? '',
      end,
      edges: [],
      parts: ranges.map(({ name, lower, upper }) => ({ name, bound: range(quoteLiteral(lower), quoteLiteral(upper)) })),
    };
  }
  const reach = (await horizon.one(tx, { ...cut, value: present, ahead })).end;
  const { value: end } = await laterOf.one(tx, {
    strategy,
    one: reach,
    other: (await horizon.one(tx, { ...cut, value: greatest ?? present, ahead: 0 })).end,
  });
  const ranges = await cutRanges.all(tx, { ...cut, base: found.name, lowest: least ?? present, end, uncovered_of: null });
  if (ranges.length > mostParts) {
    const reason = `${ranges.length} partitions by ${request.every} are more than ${mostParts}; take a longer interval`;
    throw conversionErrors.CONVERSION_REFUSED({ table, reasons: [reason] });
  }
  const edges = [...ranges.map(({ lower }) => lower), end];
  // Open ends while it is copied: a row outside must not fail whoever writes it.
  const parts = [
    { name: partitionName(`${found.name}_overflow`, 'past'), bound: range('MINVALUE', quoteLiteral(edges[0] ?? end)) },
    ...ranges.map(({ name, lower, upper }) => ({ name, bound: range(quoteLiteral(lower), quoteLiteral(upper)) })),
    { name: partitionName(`${found.name}_overflow`, 'future'), bound: range(quoteLiteral(end), 'MAXVALUE') },
  ];
  return { ...base, route, edges, parts };
}

function reasonsAgainst(
  found: DescribeTableRow | undefined,
  key: string,
  column: { readonly type: string; readonly is_not_null: boolean; readonly is_generated: boolean } | undefined,
  strategy: Strategy | undefined,
): string[] {
  if (!found) return ['there is no such table in this database'];
  const reasons: (string | false)[] = [
    found.kind === 'p' && 'it is partitioned already; use split, merge or drain',
    found.kind !== 'r' && found.kind !== 'p' && 'it is not a table',
    found.persistence !== 'p' && 'it is unlogged or temporary, which a partitioned table cannot be',
    found.is_inherited && 'it inherits, or is inherited from',
    found.extension !== null && `it belongs to the extension ${found.extension}`,
    found.primary_key.length === 0 && 'it has no primary key; rows could not be told apart',
    !column && `it has no column ${key}`,
    column !== undefined && !column.is_not_null && `${key} may be null; make it NOT NULL first (plinth migrate new set-not-null)`,
    column?.is_generated === true && `${key} is generated`,
    column !== undefined && !strategy && `${key} is ${column.type}; it has to be timestamptz, date, uuid (v7) or bigint`,
  ];
  return reasons.filter((reason) => reason !== false);
}

async function endsOf(tx: Executor, table: string, key: string): Promise<readonly [string | undefined, string | undefined]> {
  const column = quoteIdentifier(key);
  const place = qualified(splitName(table));
  const { rows } = await tx.query({
    text: `select (select ${column}::text from ${place} order by ${column} limit 1) as least, (select ${column}::text from ${place} order by ${column} desc limit 1) as greatest`,
  });
  return [rows[0].least ?? undefined, rows[0].greatest ?? undefined];
}

function splitName(table: string) {
  const [schema = '', name = ''] = table.split('.');
  return { schema, name };
}

/** What is to be traded for what. */
export type Trade =
  | { readonly kind: 'split' | 'drain'; readonly part: string; readonly every: string }
  | { readonly kind: 'merge'; readonly parts: readonly string[] }
  | { readonly kind: 'reclaim'; readonly part: string }
  | { readonly kind: 'group'; readonly name: string; readonly values: readonly string[] };

/** Decides which partitions take the place of which. @throws PLINTH_PARTITION_CONVERSION_REFUSED, PLINTH_PARTITION_NO_PART */
export async function planExchange(tx: Executor, tier: Tier, table: string, trade: Trade): Promise<ExchangePlan> {
  const refuse = (...reasons: string[]) => conversionErrors.CONVERSION_REFUSED({ table, reasons });
  const found = await describeTable.first(tx, { table });
  if (found?.kind !== 'p') throw refuse('it is not a partitioned table of this database');
  if (found.primary_key.length === 0) throw refuse('it has no primary key; rows could not be told apart');
  const keyColumn = found.partition_column;
  if (keyColumn === null) throw refuse('it is cut by more than one column, or by an expression');
  const type = (await describeKey.one(tx, { table, column: keyColumn })).type;
  const children = await listChildren.all(tx, { table });
  const leaving = leavingOf(table, children, trade);
  const parts = await coming(tx, { table, found, keyColumn, type, leaving, trade, refuse });
  const edges = parts.map(({ bound }) => readBound(bound)?.lower).filter((lower) => lower !== undefined && lower !== null);
  return {
    route: 'exchange',
    tier,
    schema: found.schema,
    name: found.name,
    columns: found.columns,
    settable: found.settable,
    keyColumn,
    keyType: type,
    rowKey: found.primary_key,
    edges,
    parts,
    leaving: leaving.map(({ name, bound }) => ({ name, bound })),
    condition: leaving.map(({ condition }) => `(${condition})`).join(' or '),
    views: [],
  };
}

function leavingOf(table: string, children: readonly ListChildrenRow[], trade: Trade): readonly ListChildrenRow[] {
  const names = trade.kind === 'merge' ? trade.parts : trade.kind === 'group' ? [] : [trade.part];
  const short = (name: string) => name.replace(/^.*\./, '');
  const chosen =
    trade.kind === 'group'
      ? children.filter(({ bound }) => bound === 'DEFAULT')
      : children.filter(({ name }) => names.some((one) => short(one) === name));
  const missing = names.find((name) => !chosen.some((child) => child.name === short(name)));
  if (missing !== undefined) throw conversionErrors.NO_PART({ table, part: missing, parts: children.map(({ name }) => name) });
  const branch = chosen.find(({ kind }) => kind !== 'r');
  const reasons = [
    ...(branch ? [`${branch.name} is itself partitioned; name it as the table, and its partition`] : []),
    ...(chosen.length === 0 ? ['it has no DEFAULT partition to cut a group out of'] : []),
  ];
  if (reasons.length > 0) throw conversionErrors.CONVERSION_REFUSED({ table, reasons });
  return chosen;
}

interface Situation {
  readonly table: string;
  readonly found: DescribeTableRow;
  readonly keyColumn: string;
  readonly type: string;
  readonly leaving: readonly ListChildrenRow[];
  readonly trade: Trade;
  refuse(...reasons: string[]): Error;
}

async function coming(tx: Executor, situation: Situation): Promise<readonly PlannedPart[]> {
  const { trade, leaving, found, refuse } = situation;
  const [first] = leaving;
  if (!first) throw refuse('nothing would leave');
  if (trade.kind === 'reclaim') return [{ name: first.name, bound: first.bound }];
  if (trade.kind === 'group') {
    if (trade.values.length === 0) throw refuse(`the group ${trade.name} has no values`);
    const list = trade.values.map(quoteLiteral).join(', ');
    return [
      { name: partitionName(found.name, trade.name), bound: `FOR VALUES IN (${list})` },
      { name: first.name, bound: 'DEFAULT' },
    ];
  }
  return trade.kind === 'merge' ? merged(situation) : pieces(tx, situation, trade.every, trade.kind === 'drain');
}

function merged({ leaving, refuse }: Situation): readonly PlannedPart[] {
  const bounds = leaving.map(({ name, bound }) => ({ name, ...readBound(bound) }));
  if (bounds.length < 2 || bounds.some(({ upper }) => upper === undefined)) throw refuse('at least two partitions by range are needed');
  // In order: each begins where another ends, save the first.
  const first = bounds.find(({ lower }) => !bounds.some(({ upper }) => upper === lower && lower !== null));
  const ordered = [];
  for (let at = first; at; at = bounds.find(({ lower, name }) => lower === at?.upper && name !== at.name && lower !== null))
    ordered.push(at);
  const last = ordered.at(-1);
  if (!first || !last || ordered.length !== bounds.length) throw refuse('the partitions do not follow one another without a gap');
  const start = commonStart(first.name, last.name);
  const literal = (value: string | null | undefined, open: string) => (value === null || value === undefined ? open : quoteLiteral(value));
  return [
    {
      name: partitionName(first.name, `to_${last.name.slice(start.length)}`),
      bound: range(literal(first.lower, 'MINVALUE'), literal(last.upper, 'MAXVALUE')),
    },
  ];
}

/** Intervals in place of one partition. Of an open-ended or DEFAULT one, what lies outside of all intervals stays in one like it. */
async function pieces(
  tx: Executor,
  { table, found, keyColumn, type, leaving, refuse }: Situation,
  every: string,
  keepsOpen: boolean,
): Promise<readonly PlannedPart[]> {
  const [part] = leaving;
  const strategy = strategies[type];
  if (!part || !strategy) throw refuse(`${keyColumn} is ${type}; only timestamptz, date, uuid (v7) and bigint are cut into intervals`);
  const bound = readBound(part.bound);
  if (!bound && part.bound !== 'DEFAULT') throw refuse(`${part.name} is no range`);
  const cut = { strategy, type, unit: every };
  const [least, greatest] = await endsOf(tx, `${part.schema}.${part.name}`, keyColumn);
  const isFromBeginning = !bound?.lower || bound.lower === beginnings[type];
  const lowest = isFromBeginning ? least : bound.lower;
  const end = bound?.upper ?? (greatest && (await horizon.one(tx, { ...cut, value: greatest, ahead: 0 })).end);
  if (lowest === undefined || end === undefined) throw refuse(`${part.name} holds no rows; there is nothing to cut`);
  const ranges = await cutRanges.all(tx, { ...cut, base: found.name, lowest, end, uncovered_of: bound ? null : table });
  if (ranges.length === 0) throw refuse(`no interval of ${every} is free for the rows of ${part.name}`);
  if (ranges.length > mostParts) throw refuse(`${ranges.length} partitions by ${every} are more than ${mostParts}; take a longer interval`);
  const parts = ranges.map(({ name, lower, upper }) => ({ name, bound: range(quoteLiteral(lower), quoteLiteral(upper)) }));
  if (!bound) return [...parts, { name: part.name, bound: 'DEFAULT' }];
  const [first, last] = [ranges[0], ranges.at(-1)];
  const inner = ranges.map(({ name, lower, upper }) => {
    const from =
      lower === first?.lower && !(keepsOpen && bound.lower === null)
        ? bound.lower === null
          ? 'MINVALUE'
          : quoteLiteral(bound.lower)
        : quoteLiteral(lower);
    const to =
      upper === last?.upper && !(keepsOpen && bound.upper === null)
        ? bound.upper === null
          ? 'MAXVALUE'
          : quoteLiteral(bound.upper)
        : quoteLiteral(upper);
    return { name, bound: range(from, to) };
  });
  const before = keepsOpen && bound.lower === null ? [{ name: part.name, bound: range('MINVALUE', quoteLiteral(first?.lower ?? '')) }] : [];
  const after = keepsOpen && bound.upper === null ? [{ name: part.name, bound: range(quoteLiteral(last?.upper ?? ''), 'MAXVALUE') }] : [];
  return [...before, ...inner, ...after];
}
