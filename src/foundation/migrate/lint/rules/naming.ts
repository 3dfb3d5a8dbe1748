import { type Tree, textIn } from '../../parse/index.ts';
import type { Complaint, Rule, Scene } from '../types.ts';
import { kindIn, listed, tableOf, typeOf, written } from '../vocabulary.ts';

const maxBytes = 63;
const isSnakeCase = (name: string) => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name);

const irregular = new Set('children people men women media data criteria indices news series settings'.split(' '));
const isPlural = (name: string) => /[^s]s$|ses$|sses$/.test(name) || irregular.has(lastWord(name));
const lastWord = (name: string) => name.slice(name.lastIndexOf('_') + 1);

/** Names that a statement gives. */
function namesGiven(type: string, tree: Tree): { readonly name: string; readonly node?: Tree }[] {
  const own = (node: Tree, key: string) => {
    const name = textIn(node, key);
    return name === undefined ? [] : [{ name, node }];
  };
  if (type === 'IndexStmt') return own(tree, 'idxname');
  if (type === 'RenameStmt') return own(tree, 'newname');
  if (type === 'CreateTrigStmt') return own(tree, 'trigname');
  if (type === 'CreatePolicyStmt') return own(tree, 'policy_name');
  if (type === 'ViewStmt') return own(tree.view as Tree, 'relname');
  const parts =
    type === 'CreateStmt'
      ? tree.tableElts
      : type === 'AlterTableStmt'
        ? kindIn(tree.cmds, 'AlterTableCmd').map(({ def }) => def ?? {})
        : [];
  const columns = kindIn(parts, 'ColumnDef');
  const constraints = [...kindIn(parts, 'Constraint'), ...columns.flatMap((column) => kindIn(column.constraints, 'Constraint'))];
  return [
    ...(type === 'CreateStmt' ? own(tree.relation as Tree, 'relname') : []),
    ...columns.flatMap((column) => own(column, 'colname')),
    ...constraints.flatMap((constraint) => own(constraint, 'conname')),
  ];
}

const timestampTypes = ['timestamptz', 'timestamp'];
const integerTypes = ['int4', 'int2', 'int', 'integer', 'smallint'];

/** Why another type is better; nothing for the right ones. */
function objection(column: Tree): string | undefined {
  const { name, modifiers } = typeOf(column.typeName);
  const has = (contype: string) => kindIn(column.constraints, 'Constraint').some((one) => one.contype === contype);
  if (/^(small|big)?serial[248]?$/.test(name))
    return 'serial leaves a sequence that belongs to nobody: bigint generated always as identity';
  if (name === 'bpchar') return 'char(n) pads with blanks: text with a CHECK on its length';
  if (name === 'money') return 'money depends on a setting of the server: numeric, or whole cents';
  if (name === 'timestamp') return 'timestamp without time zone is no point in time: timestamptz';
  if (name === 'timetz') return 'time with time zone knows no daylight saving: timestamptz, or time and a zone';
  if (integerTypes.includes(name) && (has('CONSTR_PRIMARY') || has('CONSTR_IDENTITY')) && name !== 'int2' && name !== 'smallint') {
    return 'an int key ends at 2.1 billion: bigint identity, or uuid v7';
  }
  const isMoney = /(^|_)(price|amount|cost|balance|total|fee|salary)(_|$)/.test(textIn(column, 'colname') ?? '');
  if (isMoney && (name === 'float8' || name === 'float4')) return 'floating point loses cents: numeric, or whole cents';
  return name === 'varchar' && modifiers.length > 0 ? 'varchar(n) is a CHECK that cannot be changed gently: text with a CHECK' : undefined;
}

export const namingRules: readonly Rule[] = [
  {
    id: 'L68',
    name: 'naming',
    level: 'warning',
    why: 'Who knows one name can guess the others, and what is longer than 63 bytes is cut off without a word.',
    safeWay: 'snake_case; plural tables; timestamps as past participles (created, sent); a comment on each table and column.',
    isForNewTables: true,
    on: ['statement', 'end'],
    check: (tree, scene) => {
      const { statement, number, statements } = scene;
      if (number === statements.length) return uncommented(scene);
      const complaints: Complaint[] = [];
      for (const { name, node } of namesGiven(statement.type, tree)) {
        const at = node && { node };
        if (Buffer.byteLength(name) > maxBytes)
          complaints.push({ message: `${written(name)} is longer than 63 bytes: the server cuts it off.`, severity: 'error', ...at });
        else if (!isSnakeCase(name)) complaints.push({ message: `${written(name)} is not snake_case.`, ...at });
        else if (node?.typeName && timestampTypes.includes(typeOf(node.typeName).name) && /_(at|on|time|date|timestamp)$/.test(name)) {
          complaints.push({ message: `${name} is a timestamp: a past participle says it without the suffix.`, ...at });
        }
      }
      const table = statement.type === 'CreateStmt' && tree.partbound === undefined ? textIn(tree.relation as Tree, 'relname') : undefined;
      if (table !== undefined && isSnakeCase(table) && !isPlural(table))
        complaints.push({ message: `The table ${table} is not named in the plural.` });
      return complaints;
    },
  },
  {
    id: 'L69',
    name: 'types',
    level: 'warning',
    why: 'Some types are a trap that is opened years later, by a migration of the whole table.',
    safeWay: 'bigint identity or uuid v7, text with a CHECK, timestamptz, numeric or whole cents.',
    isForNewTables: true,
    on: ['column'],
    check: (column, { table }) => {
      const better = objection(column);
      return better !== undefined && { node: column, message: `${table}.${written(textIn(column, 'colname') ?? '')}: ${better}.` };
    },
  },
];

/** Tables and columns of new tables that nobody described. */
function uncommented({ statements, schema, file }: Scene): Complaint[] {
  if (file.role !== 'up') return [];
  return statements.flatMap((statement): Complaint[] => {
    const table = statement.type === 'CreateStmt' ? schema.tables.get(tableOf(statement.tree.relation)) : undefined;
    if (!table || table.isTemporary || table.parent !== undefined) return [];
    const bare = [...table.columns.keys()].filter((column) => !table.comments.has(column));
    if (!table.comments.has('')) return [{ statement, message: `${table.name} has no comment.` }];
    return bare.length > 0 ? [{ statement, message: `${table.name} has columns without a comment: ${listed(bare.map(written))}.` }] : [];
  });
}
