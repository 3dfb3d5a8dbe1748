import { quoteIdentifier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { ObjectsFile } from '../model/migration.ts';
import { excerptAt } from './place.ts';
import { namesIn, parseFile, parser, type Statement, type Tree, textIn, walk } from './statements.ts';
import { qualified } from './tables.ts';

/** One statement of an objects file. */
export interface Definition {
  readonly statement: Statement;
  /** What it makes, in the words of DROP; undefined for grants, comments and switches, which make nothing. */
  readonly target?: string;
  /** The same without arguments: an older overload of this name is what the new definition replaces. */
  readonly name?: string;
  /** Dropped before it is made: triggers and policies have no dependants, and not all have OR REPLACE. */
  readonly isDroppedFirst: boolean;
}

export interface ObjectsContent {
  readonly file: ObjectsFile;
  readonly definitions: readonly Definition[];
  /** Names of relations, functions and types it uses, quoted and qualified. */
  readonly uses: ReadonlySet<string>;
}

const contents = new WeakMap<ObjectsFile, Promise<ObjectsContent>>();

/** Read once, whatever number of databases the file is for. @throws PLINTH_MIGRATE_NOT_REPEATABLE and the parser's errors */
export function definitionsIn(file: ObjectsFile): Promise<ObjectsContent> {
  const content = contents.get(file) ?? readDefinitions(file);
  contents.set(file, content);
  return content;
}

async function readDefinitions(file: ObjectsFile): Promise<ObjectsContent> {
  const { statements } = await parseFile(file.path, file.text);
  const uses = new Set<string>();
  const definitions: Definition[] = [];
  for (const statement of statements) {
    if (!belongsToObjects(statement)) throw migrateErrors.NOT_REPEATABLE({ path: file.path, ...excerptAt(file.text, statement.offset) });
    definitions.push(definitionOf(statement));
    await collectUses(statement.tree, uses);
  }
  return { file, definitions, uses };
}

const attachments = new Set(['GrantStmt', 'CommentStmt', 'AlterOwnerStmt', 'AlterDefaultPrivilegesStmt']);

function belongsToObjects({ type, tree }: Statement): boolean {
  if (type === 'AlterTableStmt') {
    const commands = (tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[];
    return commands.every(({ AlterTableCmd }) =>
      /^AT_(NoForce|Force|Enable|Disable)RowSecurity$/.test(textIn(AlterTableCmd, 'subtype') ?? ''),
    );
  }
  return attachments.has(type) || ['ViewStmt', 'CreateFunctionStmt', 'CreateTrigStmt', 'CreatePolicyStmt'].includes(type);
}

function definitionOf(statement: Statement): Definition {
  const { type, tree } = statement;
  const on = (name: string, relation: unknown) => `${quoteIdentifier(name)} on ${qualified(relation as Tree)}`;
  switch (type) {
    case 'ViewStmt': {
      const name = `view ${qualified(tree.view as Tree)}`;
      return { statement, target: name, name, isDroppedFirst: false };
    }
    case 'CreateFunctionStmt': {
      const name = `${tree.is_procedure === true ? 'procedure' : 'function'} ${namesIn(tree.funcname).map(quoteIdentifier).join('.')}`;
      return { statement, target: `${name}(${argumentsOf(tree)})`, name, isDroppedFirst: false };
    }
    case 'CreateTrigStmt': {
      const name = `trigger ${on(textIn(tree, 'trigname') ?? '', tree.relation)}`;
      return { statement, target: name, name, isDroppedFirst: tree.replace !== true };
    }
    case 'CreatePolicyStmt': {
      const name = `policy ${on(textIn(tree, 'policy_name') ?? '', tree.table)}`;
      return { statement, target: name, name, isDroppedFirst: true };
    }
    default:
      return { statement, isDroppedFirst: false };
  }
}

/** Types of the arguments that belong to a function's identity, spelled so that DROP finds it. */
function argumentsOf(tree: Tree): string {
  return ((tree.parameters ?? []) as readonly { readonly FunctionParameter: Tree }[])
    .filter(({ FunctionParameter: { mode } }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE')
    .map(({ FunctionParameter }) => {
      const type = FunctionParameter.argType as Tree;
      const name = namesIn(type.names).map(quoteIdentifier).join('.');
      return `${name}${type.pct_type === true ? '%type' : ''}${'[]'.repeat(((type.arrayBounds ?? []) as unknown[]).length)}`;
    })
    .join(', ');
}

/** Names below a tree. The body of a function in SQL is a string to the parser, and is looked into as well. */
async function collectUses(tree: Tree, uses: Set<string>): Promise<void> {
  const bodies: string[] = [];
  walk(tree, (type, node) => {
    if (type === 'RangeVar' || type === 'relation' || type === 'table' || type === 'view') uses.add(qualified(node));
    else if (type === 'FuncCall') uses.add(namesIn(node.funcname).map(quoteIdentifier).join('.'));
    else if (type === 'TypeName' || type === 'returnType' || type === 'argType')
      uses.add(namesIn(node.names).map(quoteIdentifier).join('.'));
  });
  if (Array.isArray(tree.funcname)) uses.add(namesIn(tree.funcname).map(quoteIdentifier).join('.'));
  const option = (name: string) =>
    ((tree.options ?? []) as readonly { readonly DefElem?: Tree }[]).find(({ DefElem }) => DefElem?.defname === name)?.DefElem?.arg as
      | { readonly String?: { readonly sval: string }; readonly List?: { readonly items: unknown } }
      | undefined;
  if (option('language')?.String?.sval.toLowerCase() === 'sql') bodies.push(...namesIn(option('as')?.List?.items));
  const { parse } = await parser();
  for (const body of bodies) {
    // A body that does not parse is the server's to refuse, with its own words.
    const parsed = body.trim() === '' ? undefined : await parse(body).catch(() => undefined);
    for (const { stmt } of parsed?.stmts ?? []) await collectUses(stmt as Tree, uses);
  }
}

/** The parts of `trigger "t" on "s"."x"` and of `view "s"."v"`, as the ledger keeps them. */
export function splitTarget(target: string): { readonly kind: string; readonly name: string; readonly relation: string } {
  const kind = target.slice(0, target.indexOf(' '));
  const rest = target.slice(kind.length + 1);
  const [, name = rest, relation = ''] = kind === 'trigger' || kind === 'policy' ? (/^("(?:[^"]|"")*") on (.*)$/.exec(rest) ?? []) : [];
  return { kind, name, relation };
}

/**
 * Files in the order in which they can be applied: what defines a name before what uses it, otherwise as given.
 *
 * @throws PLINTH_MIGRATE_OBJECTS_CYCLE, PLINTH_MIGRATE_DEFINED_TWICE
 */
export function orderFiles(contents: readonly ObjectsContent[]): ObjectsContent[] {
  const definedIn = new Map<string, ObjectsContent>();
  for (const content of contents) {
    for (const { target, name } of content.definitions) {
      if (target === undefined || name === undefined) continue;
      const other = definedIn.get(target);
      if (other) throw migrateErrors.DEFINED_TWICE({ object: target, files: [...new Set([other.file.path, content.file.path])] });
      definedIn.set(target, content);
      definedIn.set(name.slice(name.indexOf(' ') + 1), content);
    }
  }
  const ordered = new Set<ObjectsContent>();
  const visit = (content: ObjectsContent, path: readonly ObjectsContent[]) => {
    if (ordered.has(content)) return;
    if (path.includes(content)) throw migrateErrors.OBJECTS_CYCLE({ path: [...path, content].map(({ file }) => file.id) });
    for (const used of content.uses) {
      const definer = definedIn.get(used);
      if (definer && definer !== content) visit(definer, [...path, content]);
    }
    ordered.add(content);
  };
  for (const content of contents) visit(content, []);
  return [...ordered];
}
