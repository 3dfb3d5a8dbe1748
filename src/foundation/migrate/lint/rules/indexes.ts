import { type Tree, textIn } from '../../parse/index.ts';
import type { Rule, Scene } from '../types.ts';
import { callsIn, dotted, kindIn, optionIn, pathOf, written } from '../vocabulary.ts';
import { isMutable } from './functions.ts';

const indexName = (node: Tree) => (textIn(node, 'idxname') === undefined ? 'the index' : written(String(node.idxname)));
const columnsOf = (node: Tree) => kindIn(node.indexParams, 'IndexElem').map((element) => textIn(element, 'name') ?? '');

/** An index on a partitioned table itself, without ONLY: it is built on every partition. */
const isOnAllPartitions = (node: Tree, { schema, table }: Scene) =>
  schema.tables.get(table)?.kind === 'partitioned' && (node.relation as Tree).inh === true;

const manyIndexes = 10;

export const indexRules: readonly Rule[] = [
  {
    id: 'L01',
    name: 'index-not-concurrent',
    level: 'size',
    why: 'The build holds SHARE on the table from start to end: nobody writes meanwhile.',
    safeWay: 'CREATE INDEX CONCURRENTLY in a migration of its own with "tx: none".',
    template: 'add-index',
    on: ['IndexStmt'],
    check: (node, scene) =>
      node.concurrent !== true &&
      !isOnAllPartitions(node, scene) &&
      (node.relation as Tree).inh === true &&
      `Nobody can write to ${scene.table} while ${indexName(node)} is built.`,
  },
  {
    id: 'L03',
    name: 'concurrent-if-not-exists',
    level: 'size',
    why: 'An interrupted build leaves an invalid index of that name, and IF NOT EXISTS takes it for the finished one.',
    safeWay: 'A named index without IF NOT EXISTS: the runner asks the catalog, removes an invalid one and builds it again.',
    template: 'add-index',
    on: ['IndexStmt'],
    check: (node) =>
      node.concurrent === true &&
      node.if_not_exists === true &&
      `IF NOT EXISTS would take an invalid leftover of ${indexName(node)} for the index.`,
  },
  {
    id: 'L04',
    name: 'drop-index-not-concurrent',
    level: 'size',
    why: 'ACCESS EXCLUSIVE on the table: while it waits behind one long query, every later query waits behind it.',
    safeWay: 'DROP INDEX CONCURRENTLY in a migration of its own with "tx: none".',
    isForDown: true,
    on: ['DropStmt'],
    check: (node, { schema }) =>
      node.removeType === 'OBJECT_INDEX' &&
      node.concurrent !== true &&
      ((node.objects ?? []) as readonly Tree[]).map((object) => {
        const name = dotted(pathOf(object));
        const table = schema.tableOfIndex.get(name) ?? '';
        return {
          table,
          message: `Dropping ${name} stops reading and writing${table && ` of ${table}`} until the lock is granted and the transaction ends.`,
        };
      }),
  },
  {
    id: 'L05',
    name: 'reindex-not-concurrent',
    level: 'size',
    why: 'SHARE on the table and ACCESS EXCLUSIVE on the index for the whole build.',
    safeWay: 'REINDEX … CONCURRENTLY in a migration of its own with "tx: none"; the runner removes what an interrupted one left.',
    on: ['ReindexStmt'],
    check: (node, { table, schema }) => {
      if (optionIn(node.params, 'concurrently') !== undefined) return undefined;
      const of = node.kind === 'REINDEX_OBJECT_INDEX' ? (schema.tableOfIndex.get(table) ?? '') : table;
      return { table: of, message: `REINDEX of ${table || 'a whole schema'} stops writing for the whole build.` };
    },
  },
  {
    id: 'L06',
    name: 'index-on-partitioned',
    level: 'size',
    why: 'An index on a partitioned table is built on all partitions at once under SHARE, and CONCURRENTLY is not allowed there.',
    safeWay: 'CREATE INDEX … ON ONLY the parent, CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION.',
    template: 'add-index',
    on: ['IndexStmt'],
    check: (node, scene) =>
      isOnAllPartitions(node, scene) &&
      (node.concurrent === true
        ? `${scene.table} is partitioned: its index cannot be built concurrently.`
        : `Nobody can write to any partition of ${scene.table} while ${indexName(node)} is built on all of them.`),
  },
  {
    id: 'L07',
    name: 'unnamed-object',
    level: 'size',
    why: 'A name that the server invents can be addressed neither by a retry nor by the way back.',
    safeWay: 'An explicit name: <table>_<columns>_{idx,key,fk,check,pk,excl}.',
    on: ['IndexStmt', 'constraint'],
    check: (node, { table, clause }) => {
      if (clause === undefined) return node.idxname === undefined && `The index on ${table} has no name.`;
      const needsName = clause === 'add constraint' && node.conname === undefined && node.indexname === undefined;
      return needsName && node.contype !== 'CONSTR_NOTNULL' && { node, message: `The constraint on ${table} has no name.` };
    },
  },
  {
    id: 'L08',
    name: 'questionable-index',
    level: 'warning',
    why: 'Every index is paid for by each write; wide ones rarely fit a second query, and twins never help.',
    safeWay: 'Leave it out, or waive with the query that needs it.',
    isForNewTables: true,
    on: ['IndexStmt'],
    check: (node, { schema, table }) => {
      const columns = columnsOf(node);
      const name = indexName(node);
      if (columns.length > 3 && node.unique !== true) return `${name} has ${columns.length} columns.`;
      const existing = schema.tables.get(table);
      if (!existing || node.whereClause !== undefined) return undefined;
      const isSame = (keys: readonly string[]) =>
        keys.length >= columns.length && columns.every((column, i) => column !== '' && keys[i] === column);
      for (const index of existing.indexes.values()) {
        const isSameKind = index.method === (textIn(node, 'accessMethod') ?? 'btree') && !index.isPartial && node.unique !== true;
        if (isSameKind && index.name !== textIn(node, 'idxname') && isSame(index.columns))
          return `${name} repeats the beginning of ${index.name}.`;
      }
      for (const one of existing.constraints.values()) {
        const isKey =
          (one.kind === 'primary' || one.kind === 'unique') &&
          node.unique !== true &&
          (textIn(node, 'accessMethod') ?? 'btree') === 'btree';
        if (isKey && isSame(one.columns)) return `${name} repeats the beginning of ${one.name}.`;
      }
      return existing.indexes.size >= manyIndexes && `${table} has ${existing.indexes.size} indexes already.`;
    },
  },
  {
    id: 'L09',
    name: 'hash-index',
    level: 'warning',
    why: 'A hash index serves equality only, cannot be unique or ordered, and is rarely smaller or faster than btree.',
    safeWay: 'btree; for very long values an index on a hash of them.',
    isForNewTables: true,
    on: ['IndexStmt'],
    check: (node) => node.accessMethod === 'hash' && `${indexName(node)} is a hash index.`,
  },
  {
    id: 'L76',
    name: 'index-not-immutable',
    level: 'error',
    why: 'An index holds what was true when a row was written: expressions and predicates have to be immutable (42P17).',
    safeWay: 'A plain index on the column; the query compares it with now().',
    isForNewTables: true,
    on: ['IndexStmt'],
    check: (node) => {
      const call = callsIn([node.whereClause ?? {}, node.indexParams ?? []]).find(isMutable);
      return call !== undefined && `${indexName(node)} uses ${call}(), which is not immutable.`;
    },
  },
];
