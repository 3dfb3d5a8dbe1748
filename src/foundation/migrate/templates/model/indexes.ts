import type { Draft } from '../../model/draft.ts';
import { ident, idents, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { templateErrors } from '../errors.ts';
import { factsOf, namedColumns, split } from './request.ts';
import type { TableFacts, Template } from './types.ts';

const indexUsage = 'add-index <schema.table> <column>… [--unique] [--where <condition>] [--using <method>]';
const uniqueUsage = 'add-unique <schema.table> <column>…';

interface IndexRequest {
  readonly target: string;
  readonly facts: TableFacts;
  readonly columns: readonly string[];
  readonly name: string;
  readonly isUnique?: boolean;
  readonly method?: string;
  readonly where?: string;
}

/** An index built beside writers; on a partitioned table on each partition, then joined to one on the parent. */
export function indexDraft({ target, facts, columns, name, isUnique, method, where }: IndexRequest): Draft {
  const { schema, name: table } = split(target, indexUsage);
  const head = `create ${isUnique ? 'unique ' : ''}index`;
  const tail = `${method ? ` using ${method}` : ''} (${idents(columns)})${where ? ` where ${where}` : ''}`;
  const slug = `index_${table}_${columns.join('_')}`;
  const meta = { tx: 'none', phase: 'expand' };
  const drop = `drop index concurrently ${ident(schema)}.${ident(name)};\n`;
  if (!facts.isPartitioned)
    return { slug, up: `${head} concurrently ${ident(name)} on ${qualifiedIdent(target)}${tail};\n`, down: drop, meta };
  const parts = facts.partitions.map((partition) => {
    const [partSchema = '', partName = ''] = partition.split('.');
    const index = objectName(partName.replaceAll('"', ''), columns, isUnique ? 'key' : 'idx');
    return `${head} concurrently ${ident(index)} on ${partition}${tail};
-- @idempotent
-- plinth:allow L49 an index joins another, no row is read
alter index ${ident(schema)}.${ident(name)} attach partition ${partSchema}.${ident(index)};
`;
  });
  return {
    slug,
    up: `-- Not valid until each partition has joined its own index; partitions made later get theirs by themselves.
${head} ${ident(name)} on only ${qualifiedIdent(target)}${tail};
${parts.join('')}`,
    down: `-- An index of a partitioned table cannot be dropped concurrently: a moment of exclusive lock.\n-- plinth:allow L04 there is no other way\ndrop index ${ident(schema)}.${ident(name)};\n`,
    meta,
  };
}

export const addIndex: Template = {
  summary: 'An index, built without stopping writers.',
  usage: indexUsage,
  tables: ({ target }) => [target],
  draft(request) {
    const columns = namedColumns(request, indexUsage);
    const { name: table } = split(request.target, indexUsage);
    const { unique: isUnique = false, using: method, where } = request.flags;
    const name = objectName(table, columns, isUnique ? 'key' : 'idx');
    const draft = indexDraft({
      target: request.target,
      facts: factsOf(request),
      columns,
      name,
      isUnique,
      ...(method && { method }),
      ...(where && { where }),
    });
    return [isUnique ? { ...draft, pre: twins(qualifiedIdent(request.target), columns, where) } : draft];
  },
};

/** Values that more than one row has; null is equal to nothing. */
const twins = (where: string, columns: readonly string[], condition?: string) =>
  `-- Values that more than one row has; with one of them the index could not be unique.
select ${idents(columns)}, count(*) as rows from ${where}
 where ${[...columns.map((column) => `${ident(column)} is not null`), ...(condition ? [`(${condition})`] : [])].join(' and ')}
 group by ${idents(columns)} having count(*) > 1 limit 21;
`;

/** The index, built concurrently, and the constraint that takes it over. */
export function uniqueDrafts(target: string, facts: TableFacts, columns: readonly string[]): Draft[] {
  const { name: table } = split(target, uniqueUsage);
  const where = qualifiedIdent(target);
  const name = objectName(table, columns, 'key');
  if (facts.isPartitioned) {
    throw templateErrors.TEMPLATE_REFUSED({
      what: target,
      why: 'a unique constraint of a partitioned table cannot take over an index that was built concurrently',
      remedy: 'Make a unique index instead (add-index --unique).',
    });
  }
  const index = indexDraft({ target, facts, columns, name, isUnique: true });
  // The constraint takes the index over; without it there is no index left either.
  const down = `alter table ${where} drop constraint ${ident(name)};\n`;
  return [
    {
      ...index,
      pre: twins(where, columns),
      down: `drop index concurrently if exists ${ident(target.split('.')[0] ?? '')}.${ident(name)};\n`,
    },
    {
      slug: `unique_${table}_${columns.join('_')}`,
      up: `alter table ${where} add constraint ${ident(name)} unique using index ${ident(name)};\n`,
      down,
      meta: { phase: 'expand' },
    },
  ];
}

export const addUnique: Template = {
  summary: 'A unique constraint over an index that was built without stopping writers.',
  usage: uniqueUsage,
  tables: ({ target }) => [target],
  draft: (request) => uniqueDrafts(request.target, factsOf(request), namedColumns(request, uniqueUsage)),
};
