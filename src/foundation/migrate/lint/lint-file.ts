import type { Tier } from '../../../kernel/index.ts';
import { placesIn, type Statement, type Tree, textIn } from '../parse/index.ts';
import { factsOf } from './facts.ts';
import { isBeyondLimits, type Production } from './production.ts';
import { rules } from './rules/index.ts';
import { foldStatement, type Schema } from './schema/index.ts';
import type { Complaint, Finding, LintedFile, Occasion, Rule, Scene, Severity } from './types.ts';
import { kindIn, nodesIn, tableOf } from './vocabulary.ts';
import { applyWaivers, waiversOf } from './waivers.ts';

export interface LintSettings {
  /** Major version of the server. */
  readonly server: number;
  /** What is known of production; without it every table counts as large. */
  readonly production?: Production;
  /** Another tier whose files make a table. */
  tierOf(table: string): Tier | undefined;
}

const rulesOn = new Map<Occasion, Rule[]>();
for (const rule of rules) for (const occasion of rule.on) rulesOn.set(occasion, [...(rulesOn.get(occasion) ?? []), rule]);

/** A complaint with everything that is needed to show it. */
export interface Objection {
  readonly rule: Rule;
  readonly complaint: Complaint;
  readonly statement: Statement;
  readonly severity: Severity;
}

/** What rules find in a file, and what it allows. See `objectionsOf`. */
export function lintFile(file: LintedFile, statements: readonly Statement[], schema: Schema, settings: LintSettings): Finding[] {
  return applyWaivers(file, statements, objectionsOf(file, statements, schema, settings), placesIn(file.text));
}

/**
 * Asks every rule about every statement of a file, in one pass, and brings `schema` from before the file to after it.
 * A down.sql changes no schema: nobody runs it on the way.
 */
export function objectionsOf(file: LintedFile, statements: readonly Statement[], schema: Schema, settings: LintSettings): Objection[] {
  const born = new Set<string>();
  const isBorn = (table: string) => born.has(table);
  const isLarge = (table: string) =>
    !born.has(table) && isBeyondLimits(settings.production, file.tiers, table, schema.tables.get(table)?.migration);
  const facts = factsOf(statements);
  const objections: Objection[] = [];
  const common = { file, statements, facts, schema, server: settings.server, isBorn, isLarge, tierOf: settings.tierOf };

  const ask = (occasion: Occasion, node: Tree, scene: Scene) => {
    for (const rule of rulesOn.get(occasion) ?? []) {
      if (file.role === 'down' && !rule.isForDown) continue;
      const verdict = rule.check?.(node, scene);
      if (!verdict) continue;
      const complaints: readonly Complaint[] =
        typeof verdict === 'string' ? [{ message: verdict }] : 'message' in verdict ? [verdict] : verdict;
      for (const complaint of complaints) {
        const table = complaint.table ?? scene.table;
        if (isBorn(table) && !rule.isForNewTables) continue;
        const severity = complaint.severity ?? (rule.level === 'size' ? (isLarge(table) ? 'error' : 'warning') : rule.level);
        objections.push({ rule, complaint, statement: complaint.statement ?? scene.statement, severity });
      }
    }
  };

  for (const [number, statement] of statements.entries()) {
    const { type, tree } = statement;
    const table = tableOf(tree.relation ?? tree.view ?? tree.table);
    if (type === 'CreateStmt') born.add(table);
    if (type === 'CreateTableAsStmt') born.add(tableOf((tree.into as Tree | undefined)?.rel));
    const scene: Scene = { ...common, statement, number, table };
    ask(type as Occasion, tree, scene);
    ask('statement', tree, scene);
    if (type === 'CreateStmt') askParts(tree.tableElts, { ...scene, clause: 'create table' }, ask);
    if (type === 'AlterTableStmt') {
      for (const command of kindIn(tree.cmds, 'AlterTableCmd')) {
        ask(textIn(command, 'subtype') as Occasion, command, scene);
        const clause = command.subtype === 'AT_AddColumn' ? 'add column' : 'add constraint';
        if (command.subtype === 'AT_AddColumn' || command.subtype === 'AT_AddConstraint')
          askParts([command.def], { ...scene, clause }, ask);
      }
    }
    if (file.role !== 'down') foldStatement(schema, statement, file.migration);
  }
  const last = statements.at(-1);
  if (last) {
    ask('end', {}, { ...common, statement: last, number: statements.length, table: '' });
  }
  return objections;
}

/** Columns and constraints, wherever they are written. */
function askParts(parts: unknown, scene: Scene, ask: (occasion: Occasion, node: Tree, scene: Scene) => void): void {
  for (const { kind, node } of nodesIn(parts)) {
    if (kind === 'Constraint') ask('constraint', node, scene);
    if (kind !== 'ColumnDef') continue;
    ask('column', node, scene);
    for (const constraint of kindIn(node.constraints, 'Constraint')) ask('constraint', constraint, { ...scene, column: node });
  }
}

/** Whether a comment before its statement allows it, with a reason. */
export const isWaived = ({ statement, rule }: Objection) =>
  waiversOf(statement).some(({ ids, reason }) => reason !== '' && ids.includes(rule.id));
