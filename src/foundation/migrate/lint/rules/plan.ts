import { namesIn, type Tree, textIn } from '../../parse/index.ts';
import { routineOf } from '../schema/index.ts';
import type { Complaint, Rule, Scene } from '../types.ts';
import { dotted, kindIn, listed, tableOf, visit, written } from '../vocabulary.ts';

/** Names without a schema that a statement uses or makes; common table expressions and temporary tables aside. */
function unqualified({ statement, schema }: Scene): Complaint[] {
  const { type, tree } = statement;
  const own = new Set<string>();
  const found = new Map<string, Tree>();
  visit({ tree }, (kind, node) => {
    if (kind === 'CommonTableExpr') own.add(textIn(node, 'ctename') ?? '');
    const name = textIn(node, 'relname');
    // PostgreSQL's own relations are in pg_catalog, and nobody else may begin a schema or a role with pg_.
    if (name !== undefined && node.schemaname === undefined && node.relpersistence !== 't' && !name.startsWith('pg_'))
      found.set(name, node);
  });
  if (type === 'CreateFunctionStmt' && namesIn(tree.funcname).length === 1) found.set(namesIn(tree.funcname)[0] ?? '', tree);
  if (type === 'DropStmt' && pathKinds.has(String(tree.removeType))) {
    for (const { items } of kindIn(tree.objects, 'List')) if (namesIn(items).length === 1) found.set(namesIn(items)[0] ?? '', tree);
  }
  return [...found]
    .filter(([name]) => !own.has(name) && schema.tables.get(written(name))?.isTemporary !== true)
    .map(([name, node]) => ({ node, message: `${written(name)} has no schema: the search_path is pg_catalog.` }));
}

const pathKinds = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX', 'OBJECT_SEQUENCE', 'OBJECT_FOREIGN_TABLE']);

/** New tables without a key, and those with rows of tenants that nothing keeps apart. */
function unprotected({ statements, schema }: Scene): Complaint[] {
  return statements.flatMap((statement): Complaint[] => {
    const { type, tree } = statement;
    const table = type === 'CreateStmt' ? schema.tables.get(tableOf(tree.relation)) : undefined;
    const isCopied = kindIn(tree.tableElts, 'TableLikeClause').length > 0 || tree.inhRelations !== undefined;
    if (!table || table.isTemporary || isCopied || table.migration === '') return [];
    const object = table.name.replaceAll('"', '');
    const key = [...table.constraints.values()].find(({ kind }) => kind === 'primary');
    if (!key) return [{ statement, object, message: `${table.name} has no primary key.` }];
    if (!table.columns.has('tenant_id')) return [];
    if (!table.hasRowSecurity || !table.isForced) {
      return [
        {
          statement,
          object,
          message: `${table.name} holds rows of tenants without forced row security: select tenancy.protect('${table.name}') adds it.`,
        },
      ];
    }
    return key.columns[0] === 'tenant_id'
      ? []
      : [{ statement, object, node: key.node, message: `The key of ${table.name} does not begin with tenant_id.` }];
  });
}

export const planRules: readonly Rule[] = [
  {
    id: 'L66',
    name: 'unqualified-name',
    level: 'error',
    why: "What a name without a schema means depends on who runs it; the runner's search_path is pg_catalog.",
    safeWay: 'schema.name everywhere.',
    isForNewTables: true,
    isForDown: true,
    on: ['statement'],
    check: (_, scene) => unqualified(scene),
  },
  {
    id: 'L67',
    name: 'dynamic-sql',
    level: 'error',
    why: 'The text of a DO block or a procedure is not in the parse tree: no rule sees what it runs.',
    safeWay: 'Plain statements. Where it has to be, waive it with what it does; the rehearsal measures its locks.',
    isForDown: true,
    on: ['DoStmt', 'CallStmt'],
    check: (node) =>
      node.args !== undefined ? 'What this block runs is checked by no rule.' : 'What this procedure runs is checked by no rule.',
  },
  {
    id: 'L70',
    name: 'unprotected-table',
    level: 'error',
    why: 'Without a key no row can be addressed, replicated or backfilled; without forced row security first in the key nothing keeps tenants apart.',
    safeWay: 'A primary key that begins with tenant_id, and select tenancy.protect(…) in the same migration.',
    template: 'create-table',
    isForNewTables: true,
    on: ['end'],
    check: (_, scene) => scene.file.role === 'up' && unprotected(scene),
  },
  {
    id: 'L73',
    name: 'defined-twice',
    level: 'error',
    why: 'Two definitions of one name drift apart, and the later one wins unseen.',
    safeWay: 'One definition: tables in one migration, functions in objects/, where a change replaces the whole.',
    isForNewTables: true,
    on: ['CreateStmt', 'CreateFunctionStmt'],
    check: (node, { schema, file, table }) => {
      if (node.funcname !== undefined) {
        const name = dotted(namesIn(node.funcname));
        const twin = schema.functions
          .get(name)
          ?.find((one) => one.arguments === routineOf(node, '').arguments && one.migration !== file.migration);
        return twin && { severity: 'warning', message: `${name} is defined in ${twin.migration} already.` };
      }
      const known = schema.tables.get(table);
      return known && known.migration !== file.migration && `${table} is made in ${known.migration} already.`;
    },
  },
  {
    id: 'L74',
    name: 'reference-across-tiers',
    level: 'error',
    why: 'Tiers are databases: a foreign key cannot point into another one.',
    safeWay: 'A column without a key, kept right by a validated reference.',
    isForNewTables: true,
    on: ['constraint'],
    check: (node, scene) => {
      const parent = tableOf(node.pktable);
      const tier = parent === '' ? undefined : scene.tierOf(parent);
      return tier !== undefined && { node, message: `${parent} is in the tier ${tier}, which is another database.` };
    },
  },
  {
    id: 'L78',
    name: 'replace-changes-signature',
    level: 'error',
    why: 'OR REPLACE with other arguments makes an overload beside the old function; with another result, or a view without one of its columns, it fails (42P13, 42P16).',
    safeWay: 'The definition in objects/: dependants, grants and comments are rebuilt with it. Or DROP and CREATE.',
    isForNewTables: true,
    on: ['ViewStmt', 'CreateFunctionStmt'],
    check: (node, { schema, table, file }) => {
      if (node.replace !== true || file.role === 'objects') return undefined;
      return node.funcname === undefined
        ? lostColumn(node, schema.tables.get(table))
        : changedSignature(node, schema.functions.get(dotted(namesIn(node.funcname))));
    },
  },
];

function lostColumn(
  node: Tree,
  known: { readonly name: string; readonly kind: string; readonly columns: ReadonlyMap<string, unknown> } | undefined,
) {
  if (known?.kind !== 'view') return undefined;
  const targets = kindIn((node.query as { readonly SelectStmt?: Tree } | undefined)?.SelectStmt?.targetList, 'ResTarget');
  const isWhole = targets.every(({ name, val }) => name !== undefined || !JSON.stringify(val).includes('"A_Star"'));
  return isWhole && targets.length > 0 && targets.length < known.columns.size && `${known.name} would lose a column.`;
}

function changedSignature(
  node: Tree,
  known: readonly { readonly arguments: string; readonly argumentNames: readonly string[]; readonly returns: string }[] | undefined,
) {
  if (!known || known.length === 0) return undefined;
  const name = dotted(namesIn(node.funcname));
  const made = routineOf(node, '');
  const same = known.find((one) => one.arguments === made.arguments);
  if (!same) return `${name}(${made.arguments}) would stand beside ${listed(known.map((one) => `${name}(${one.arguments})`))}.`;
  if (same.returns !== made.returns) return `${name} would return something else.`;
  return same.argumentNames.join() !== made.argumentNames.join() && `The arguments of ${name} would have other names.`;
}
