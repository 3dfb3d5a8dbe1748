import { quoteIdentifier } from '../../../kernel/index.ts';
import { namesIn, type Statement, type Tree, textIn, walk } from '../parse/index.ts';

/** What the text of a migration tells by itself. */
export interface StatementFacts {
  /** Drops or empties something that holds data, or deletes rows. */
  readonly isDestructive: boolean;
  /** Changes policies, row security, grants, owners, or makes a function that runs with its owner's rights. */
  readonly touchesSecurity: boolean;
  /** Writes rows of tables. */
  readonly changesRows: boolean;
  /** Relations it names, qualified; those it makes included. */
  readonly relations: readonly string[];
}

const droppedWithData = new Set([
  'OBJECT_TABLE',
  'OBJECT_SCHEMA',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_TYPE',
  'OBJECT_EXTENSION',
  'OBJECT_FOREIGN_TABLE',
]);
const securityStatements = new Set([
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'GrantStmt',
  'GrantRoleStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterOwnerStmt',
]);
const securityCommands = /^AT_(EnableRowSecurity|DisableRowSecurity|ForceRowSecurity|NoForceRowSecurity|ChangeOwner)$/;
const rowStatements = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

export function factsOf(statements: readonly Statement[]): StatementFacts {
  const relations = new Set<string>();
  let isDestructive = false;
  let touchesSecurity = false;
  let changesRows = false;
  for (const { type, tree } of statements) {
    const commands = ((tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[]).map(
      (one) => textIn(one.AlterTableCmd, 'subtype') ?? '',
    );
    const removed = textIn(tree, 'removeType') ?? '';
    isDestructive ||= type === 'DropStmt' && droppedWithData.has(removed);
    isDestructive ||= type === 'TruncateStmt' || type === 'DeleteStmt' || type === 'DropdbStmt' || commands.includes('AT_DropColumn');
    touchesSecurity ||= securityStatements.has(type) || removed === 'OBJECT_POLICY' || commands.some((one) => securityCommands.test(one));
    touchesSecurity ||= type === 'CreateFunctionStmt' && isDefiner(tree);
    changesRows ||= rowStatements.has(type);
    // A body of DO or of a function is a string here: what it does is seen by the rehearsal.
    for (const name of droppedRelations(type, tree)) relations.add(name);
    walk(tree, (key, node) => {
      if (key === 'relation' || key === 'RangeVar' || key === 'pktable' || key === 'rel') addRelation(relations, node);
    });
  }
  return { isDestructive, touchesSecurity, changesRows, relations: [...relations].sort() };
}

function addRelation(relations: Set<string>, node: Tree): void {
  const name = textIn(node, 'relname');
  const schema = textIn(node, 'schemaname');
  if (name && schema && node.relpersistence !== 't') relations.add(`${plain(schema)}.${plain(name)}`);
}

function droppedRelations(type: string, tree: Tree): string[] {
  if (type !== 'DropStmt' || !['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW'].includes(textIn(tree, 'removeType') ?? '')) return [];
  return ((tree.objects ?? []) as readonly { readonly List?: { readonly items: unknown } }[])
    .map(({ List }) => namesIn(List?.items))
    .filter((path) => path.length === 2)
    .map((path) => path.map(plain).join('.'));
}

const isDefiner = (tree: Tree) =>
  ((tree.options ?? []) as readonly { readonly DefElem: Tree }[]).some(
    ({ DefElem }) =>
      DefElem.defname === 'security' && (DefElem.arg as { readonly Boolean?: { readonly boolval?: boolean } }).Boolean?.boolval === true,
  );

/** As the server prints a name: quoted only where it has to be. */
const plain = (name: string) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdentifier(name));
