import { isSavepoint, refusesTransactions, type Tree, textIn } from '../../parse/index.ts';
import type { Complaint, Rule } from '../types.ts';
import { listed } from '../vocabulary.ts';

const timeouts = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];

export const transactionRules: readonly Rule[] = [
  {
    id: 'L02',
    name: 'concurrent-in-transaction',
    level: 'error',
    why: 'The server refuses it inside a transaction (25001), and several statements sent at once are one.',
    safeWay: 'A migration of its own with "tx": "none" in meta.json, or --! tx: none in the header.',
    isForNewTables: true,
    on: ['statement'],
    check: (_, { file, statement }) =>
      file.isTransactional && file.role === 'up' && refusesTransactions(statement) && 'This runs only outside a transaction.',
  },
  {
    id: 'L61',
    name: 'explicit-lock',
    level: 'error',
    why: 'LOCK TABLE takes ACCESS EXCLUSIVE unless told otherwise, and each statement takes the lock it needs by itself.',
    safeWay: 'Remove it.',
    isForDown: true,
    on: ['LockStmt'],
    check: () => 'A lock that no statement needs.',
  },
  {
    id: 'L62',
    name: 'ddl-with-bulk-dml',
    level: 'size',
    why: 'Rows are written while the lock of the DDL is held, and without a filter for as long as the table is large.',
    safeWay: 'The DDL alone; the rows in batches by a backfill.',
    on: ['UpdateStmt', 'DeleteStmt', 'InsertStmt'],
    check: (node, { table, statement, facts, file }) => {
      const query = statement.type === 'InsertStmt' ? (node.selectStmt as { readonly SelectStmt?: Tree } | undefined)?.SelectStmt : node;
      // VALUES are as many as somebody has written down.
      if (!query || (query !== node && query.fromClause === undefined)) return undefined;
      if (query.whereClause === undefined && query.limitCount === undefined) {
        return query === node
          ? `Every row of ${table} is written in one transaction.`
          : `All rows of a query go into ${table} in one transaction.`;
      }
      // Of which a contract writes one row, by its name.
      if (table === 'migrate.groups') return undefined;
      return (
        file.isTransactional &&
        facts.lockers.size > 0 &&
        `Rows of ${table} are written while ${listed([...new Set(facts.lockers.values())].filter(Boolean))} stays locked.`
      );
    },
  },
  {
    id: 'L63',
    name: 'several-tables-ddl',
    level: 'size',
    why: 'Locks on several tables are taken one after the other and kept: with others that take them in another order it is a deadlock.',
    safeWay: 'One table that is in use per migration.',
    on: ['end'],
    check: (_, { file, facts, isBorn, isLarge }): Complaint | undefined => {
      if (!file.isTransactional || file.role === 'objects') return undefined;
      const tables = [...new Set(facts.lockers.values())].filter((table) => table !== '' && !isBorn(table));
      const [last] = [...facts.lockers].filter(([, table]) => table === tables.at(-1)).map(([statement]) => statement);
      if (tables.length < 2 || !last) return undefined;
      return {
        statement: last,
        table: tables.find(isLarge) ?? '',
        severity: tables.some(isLarge) ? 'error' : 'warning',
        message: `One transaction locks ${listed(tables)}.`,
      };
    },
  },
  {
    id: 'L64',
    name: 'own-settings',
    level: 'error',
    why: 'The runner sets the timeouts, again for each attempt; a longer one makes everybody wait behind it, and SET without LOCAL stays for what comes after.',
    safeWay: 'Remove it; meta.json may lower the timeouts, and SET LOCAL is right for anything else.',
    isForDown: true,
    on: ['VariableSetStmt'],
    check: (node) => {
      const name = textIn(node, 'name') ?? 'all settings';
      if (timeouts.includes(name)) return `The runner sets ${name}.`;
      if (name === 'search_path') return 'Names have to be qualified: the search_path is pg_catalog.';
      return node.is_local !== true && `${name} stays set for what comes after this migration.`;
    },
  },
  {
    id: 'L65',
    name: 'own-transaction',
    level: 'error',
    why: 'The migration and the record of it commit together; an own COMMIT comes between them.',
    safeWay: 'Remove it.',
    isForDown: true,
    on: ['TransactionStmt'],
    check: (node) => !isSavepoint(node) && 'The runner opens and commits the transaction.',
  },
];
