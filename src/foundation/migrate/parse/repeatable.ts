import { namesIn, type Statement, type Tree, textIn } from './statements.ts';

const always: ReadonlySet<string> = new Set(['CommentStmt', 'GrantStmt', 'GrantRoleStmt', 'AlterDefaultPrivilegesStmt', 'AlterOwnerStmt']);

/** Made to be called again. */
const functions: ReadonlySet<string> = new Set(['tenancy.protect', 'partition.manage']);

const subcommands =
  /^AT_(ColumnDefault|SetNotNull|DropNotNull|SetStatistics|SetStorage|SetCompression|SetOptions|ResetOptions|SetRelOptions|ResetRelOptions|ReplicaIdentity|ChangeOwner|ClusterOn|(Enable|EnableAlways|EnableReplica|Disable)Trig|(NoForce|Force|Enable|Disable)RowSecurity)$/;

/** Whether a statement, run again right after it, changes nothing and is no error: by what it is, whatever the database has. */
export function isRepeatable({ type, tree }: Statement): boolean {
  if (always.has(type)) return true;
  switch (type) {
    case 'CreateFunctionStmt':
    case 'ViewStmt':
    case 'CreateTrigStmt':
      return tree.replace === true;
    case 'AlterTableStmt':
      return ((tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[]).every((one) => isSame(one.AlterTableCmd, tree));
    case 'InsertStmt':
      return isGuarded(tree);
    case 'SelectStmt':
      return calledBy(tree).length > 0 && calledBy(tree).every((name) => functions.has(name));
    default:
      return false;
  }
}

function isSame(command: Tree, { objtype }: Tree): boolean {
  const subtype = textIn(command, 'subtype') ?? '';
  // The type a column has already; an expression would be applied once more.
  if (subtype === 'AT_AlterColumnType')
    return (command.def as { readonly ColumnDef?: Tree } | undefined)?.ColumnDef?.raw_default === undefined;
  return subcommands.test(subtype) || (subtype === 'AT_AttachPartition' && objtype === 'OBJECT_INDEX');
}

/** `on conflict (key) do nothing`, where the key is written: a generated one conflicts with nothing. */
function isGuarded(tree: Tree): boolean {
  const conflict = tree.onConflictClause as Tree | undefined;
  if (conflict?.action !== 'ONCONFLICT_NOTHING') return false;
  const infer = conflict.infer as Tree | undefined;
  const key = ((infer?.indexElems ?? []) as readonly { readonly IndexElem: Tree }[]).map(({ IndexElem }) => textIn(IndexElem, 'name'));
  const written = ((tree.cols ?? []) as readonly { readonly ResTarget: Tree }[]).map(({ ResTarget }) => textIn(ResTarget, 'name'));
  return key.length > 0 && key.every((column) => column !== undefined && written.includes(column));
}

/** What a SELECT without a table consists of: function calls, qualified. Empty when there is anything else. */
function calledBy(tree: Tree): string[] {
  const targets = (tree.targetList ?? []) as readonly { readonly ResTarget: { readonly val?: { readonly FuncCall?: Tree } } }[];
  const calls = targets.map(({ ResTarget }) => namesIn(ResTarget.val?.FuncCall?.funcname).join('.'));
  return tree.fromClause || calls.includes('') ? [] : calls;
}
