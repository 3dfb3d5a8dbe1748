import type { StepKind } from '../model/steps.ts';
import { namesIn, type Statement, type Tree, textIn } from './statements.ts';

/** What a statement outside a transaction is about. Names are as the catalog has them; a missing schema means pg_catalog. */
export interface StepTarget {
  readonly kind: StepKind;
  readonly schema: string;
  /** Index, constraint, partition, type or table, by kind. */
  readonly name: string;
  /** The table of an index, constraint or partition. */
  readonly table?: string;
  /** Schema of a partition, or the new value of a type. */
  readonly detail?: string;
  /** `-- @probe`: a query that answers whether it is done. */
  readonly probe?: string;
  /** `-- @idempotent`: may run any number of times. */
  readonly isIdempotent: boolean;
}

const schemaOf = (relation: Tree) => textIn(relation, 'schemaname') ?? 'pg_catalog';

export function stepOf(statement: Statement): StepTarget {
  const probe = statement.comments.find((comment) => comment.startsWith('@probe '))?.slice('@probe '.length);
  const isIdempotent = statement.comments.includes('@idempotent');
  const other = { kind: 'other', schema: '', name: statement.sql.split('\n', 1)[0]?.slice(0, 80) ?? '' } as const;
  return { ...(known(statement) ?? other), ...(probe && { probe }), isIdempotent };
}

function known({ type, tree }: Statement): Omit<StepTarget, 'isIdempotent'> | undefined {
  const relation = (tree.relation ?? {}) as Tree;
  const here = { schema: schemaOf(relation), table: textIn(relation, 'relname') ?? '' };
  switch (type) {
    case 'IndexStmt':
      return tree.concurrent === true ? { kind: 'create-index', ...here, name: textIn(tree, 'idxname') ?? '' } : undefined;
    case 'DropStmt': {
      if (tree.concurrent !== true) return undefined;
      const path = namesIn((tree.objects as readonly { readonly List: { readonly items: unknown } }[])[0]?.List.items);
      return { kind: 'drop-index', schema: path.at(-2) ?? 'pg_catalog', name: path.at(-1) ?? '' };
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
    return { kind: Constraint.indexname === undefined ? 'add-constraint' : 'adopt-index', ...here, name };
  }
  if (command.subtype !== 'AT_DetachPartition') return undefined;
  const { PartitionCmd } = command.def as { readonly PartitionCmd: Tree };
  const partition = (PartitionCmd.name ?? {}) as Tree;
  if (PartitionCmd.concurrent !== true) return undefined;
  return { kind: 'detach', ...here, name: textIn(partition, 'relname') ?? '', detail: schemaOf(partition) };
}
