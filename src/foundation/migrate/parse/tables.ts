import { quoteIdentifier } from '../../../kernel/index.ts';
import { type ParsedFile, type Tree, textIn } from './statements.ts';

/** Tables a file works on, quoted and qualified; what the built-in invariants look at. */
export interface TouchedTables {
  /** Made by the file. */
  readonly born: readonly string[];
  /** Made, altered or indexed by it. */
  readonly touched: readonly string[];
  /** Constraints it adds NOT VALID in so many words. */
  readonly notValid: readonly string[];
  /** `<rule> <object>` of its `-- plinth:allow` lines. */
  readonly allowed: readonly string[];
}

export function touchedTables(parsed: ParsedFile): TouchedTables {
  const born = new Set<string>();
  const touched = new Set<string>();
  const notValid: string[] = [];
  const allowed: string[] = [];
  for (const { type, tree, comments } of parsed.statements) {
    for (const comment of comments) {
      const [word, rule, object, reason] = comment.split(/\s+/, 4);
      if (word === 'plinth:allow' && rule && object && reason) allowed.push(`${rule} ${object}`);
    }
    const relation = tree.relation as Tree | undefined;
    if (!relation || relation.relpersistence === 't' || !['CreateStmt', 'AlterTableStmt', 'IndexStmt'].includes(type)) continue;
    if (type === 'AlterTableStmt' && tree.objtype !== 'OBJECT_TABLE') continue;
    const name = qualified(relation);
    touched.add(name);
    if (type === 'CreateStmt') born.add(name);
    for (const { AlterTableCmd } of (tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[]) {
      const constraint = (AlterTableCmd.def as { readonly Constraint?: Tree } | undefined)?.Constraint;
      if (constraint?.skip_validation === true) notValid.push(textIn(constraint, 'conname') ?? '');
    }
  }
  return { born: [...born], touched: [...touched], notValid, allowed };
}

export function qualified(relation: Tree): string {
  return `${quoteIdentifier(textIn(relation, 'schemaname') ?? 'pg_catalog')}.${quoteIdentifier(textIn(relation, 'relname') ?? '')}`;
}
