import type { StepKind } from '../model/steps.ts';
import { isRepeatable } from './repeatable.ts';
import { namesIn, type Statement, type Tree, textIn } from './statements.ts';

/** What a statement is about that the catalog is asked for. Names are as the catalog has them; a missing schema means pg_catalog. */
export interface StepTarget {
  readonly kind: StepKind;
  readonly schema: string;
  /** Index, constraint, partition, type, function, trigger or table, by kind. */
  readonly name: string;
  /** The table of an index, constraint or partition. */
  readonly table?: string;
  /** Schema of a partition, the new value of a type, the new name, or the kind of what is dropped. */
  readonly detail?: string;
  /** `-- @probe`: a query that answers whether it is done. */
  readonly probe?: string;
  /** By `-- @idempotent` or by its nature: may run any number of times. */
  readonly isIdempotent: boolean;
}

const schemaOf = (relation: Tree) => textIn(relation, 'schemaname') ?? 'pg_catalog';

export function stepOf(statement: Statement): StepTarget {
  const probe = statement.comments.find((comment) => comment.startsWith('@probe '))?.slice('@probe '.length);
  const isIdempotent = statement.comments.includes('@idempotent') || isRepeatable(statement);
  const other = { kind: 'other', schema: '', name: statement.sql.split('\n', 1)[0]?.slice(0, 80) ?? '' } as const;
  return { ...(known(statement) ?? other), ...(probe && { probe }), isIdempotent };
}

function known({ type, tree }: Statement): Omit<StepTarget, 'isIdempotent'> | undefined {
  const relation = (tree.relation ?? {}) as Tree;
  const here = { schema: schemaOf(relation), table: textIn(relation, 'relname') ?? '' };
  switch (type) {
    case 'IndexStmt': {
      if (tree.concurrent === true) return { kind: 'create-index', ...here, name: textIn(tree, 'idxname') ?? '' };
      const name = textIn(tree, 'idxname');
      return name === undefined ? undefined : { kind: 'build-index', ...here, name };
    }
    case 'DropStmt': {
      const dropped = droppedBy(tree);
      return dropped && tree.concurrent === true ? { kind: 'drop-index', schema: dropped.schema, name: dropped.name } : dropped;
    }
    case 'RenameStmt':
      return renamedBy(tree, here);
    case 'CreateSchemaStmt':
      return tree.schemaElts ? undefined : { kind: 'create-schema', schema: '', name: textIn(tree, 'schemaname') ?? '' };
    case 'CreateExtensionStmt':
      return { kind: 'create-extension', schema: '', name: textIn(tree, 'extname') ?? '' };
    case 'CreateEnumStmt':
      return { kind: 'create-enum', ...placeIn(namesIn(tree.typeName)) };
    case 'CreateFunctionStmt':
      return { kind: 'create-function', ...placeIn(namesIn(tree.funcname)) };
    case 'ViewStmt': {
      const view = tree.view as Tree;
      return { kind: 'create-view', schema: schemaOf(view), name: textIn(view, 'relname') ?? '' };
    }
    case 'CreateTrigStmt':
      return { kind: 'create-trigger', ...here, name: textIn(tree, 'trigname') ?? '' };
    case 'CreatePolicyStmt': {
      const table = tree.table as Tree;
      return {
        kind: 'create-policy',
        schema: schemaOf(table),
        table: textIn(table, 'relname') ?? '',
        name: textIn(tree, 'policy_name') ?? '',
      };
    }
    case 'ReindexStmt': {
      const params = (tree.params ?? []) as readonly { readonly DefElem: Tree }[];
      const isConcurrent = params.some(({ DefElem }) => DefElem.defname === 'concurrently');
      const isOne = tree.kind === 'REINDEX_OBJECT_INDEX' || tree.kind === 'REINDEX_OBJECT_TABLE';
      return isConcurrent && isOne ? { kind: 'reindex', ...here, name: here.table } : undefined;
    }
    case 'CreateStmt':
      return tree.inhRelations || relation.relpersistence === 't' ? undefined : { kind: 'create-table', ...here, name: here.table };
    case 'AlterTableStmt':
      return alterTable(tree, here);
    case 'AlterEnumStmt': {
      const path = namesIn(tree.typeName);
      const value = textIn(tree, 'newVal');
      if (value === undefined || tree.oldVal !== undefined) return undefined;
      return { kind: 'add-enum-value', schema: path.at(-2) ?? 'pg_catalog', name: path.at(-1) ?? '', detail: value };
    }
    default:
      return undefined;
  }
}

const placeIn = (path: readonly string[]) => ({ schema: path.at(-2) ?? 'pg_catalog', name: path.at(-1) ?? '' });

const droppedKinds: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'relation',
  OBJECT_VIEW: 'relation',
  OBJECT_MATVIEW: 'relation',
  OBJECT_INDEX: 'relation',
  OBJECT_SEQUENCE: 'relation',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_TYPE: 'type',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
};

// One thing at a time: of several, some may be gone.
function droppedBy(tree: Tree): Omit<StepTarget, 'isIdempotent'> | undefined {
  const detail = droppedKinds[textIn(tree, 'removeType') ?? ''];
  const [object, ...others] = (tree.objects ?? []) as readonly Readonly<Record<string, Tree>>[];
  if (detail === undefined || !object || others.length > 0) return undefined;
  const { List, String: plain, TypeName, ObjectWithArgs } = object;
  if (plain) return { kind: 'drop', schema: '', name: textIn(plain, 'sval') ?? '', detail };
  // With arguments, their types would have to be written as the catalog does.
  if (ObjectWithArgs) {
    if (ObjectWithArgs.objargs) return undefined;
    return {
      kind: 'drop',
      ...placeIn(namesIn(ObjectWithArgs.objname)),
      detail: ObjectWithArgs.args_unspecified === true ? 'name' : detail,
    };
  }
  const path = namesIn(List?.items ?? TypeName?.names);
  if (detail !== 'trigger' && detail !== 'policy') return { kind: 'drop', ...placeIn(path), detail };
  return { kind: 'drop', schema: path.at(-3) ?? 'pg_catalog', table: path.at(-2) ?? '', name: path.at(-1) ?? '', detail };
}

function renamedBy(tree: Tree, { schema, table }: { readonly schema: string; readonly table: string }) {
  const detail = textIn(tree, 'newname') ?? '';
  if (tree.renameType === 'OBJECT_TABLE') return { kind: 'rename', schema, name: table, detail } as const;
  const isColumn = tree.renameType === 'OBJECT_COLUMN' && tree.relationType === 'OBJECT_TABLE';
  return isColumn ? ({ kind: 'rename', schema, table, name: textIn(tree, 'subname') ?? '', detail } as const) : undefined;
}

// Only alone: beside another subcommand neither probe would tell whether the whole statement is done.
function alterTable(tree: Tree, here: { readonly schema: string; readonly table: string }): Omit<StepTarget, 'isIdempotent'> | undefined {
  const commands = (tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[];
  const command = commands[0]?.AlterTableCmd;
  if (!command || commands.length > 1) return undefined;
  if (command.subtype === 'AT_ValidateConstraint') return { kind: 'validate', ...here, name: textIn(command, 'name') ?? '' };
  if (command.subtype === 'AT_AddColumn') {
    return { kind: 'add-column', ...here, name: textIn((command.def as { readonly ColumnDef: Tree }).ColumnDef, 'colname') ?? '' };
  }
  if (command.subtype === 'AT_AddConstraint') {
    const { Constraint } = command.def as { readonly Constraint: Tree };
    const name = textIn(Constraint, 'conname');
    if (name === undefined) return undefined;
    // One that takes over an index cannot be tried on a copy, which has none of that name.
    if (Constraint.indexname === undefined) return { kind: 'add-constraint', ...here, name };
    return { kind: 'adopt-index', ...here, name, detail: Constraint.contype === 'CONSTR_PRIMARY' ? 'p' : 'u' };
  }
  if (tree.objtype === 'OBJECT_TABLE' && (command.subtype === 'AT_DropColumn' || command.subtype === 'AT_DropConstraint')) {
    const detail = command.subtype === 'AT_DropColumn' ? 'column' : 'constraint';
    return { kind: 'drop', ...here, name: textIn(command, 'name') ?? '', detail };
  }
  if (command.subtype !== 'AT_DetachPartition') return undefined;
  const { PartitionCmd } = command.def as { readonly PartitionCmd: Tree };
  const partition = (PartitionCmd.name ?? {}) as Tree;
  if (PartitionCmd.concurrent !== true) return undefined;
  return { kind: 'detach', ...here, name: textIn(partition, 'relname') ?? '', detail: schemaOf(partition) };
}
