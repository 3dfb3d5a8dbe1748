import type { Place, Statement, Tree } from '../parse/index.ts';
import type { Objection } from './lint-file.ts';
import { ruleById } from './rules/index.ts';
import type { Finding, LintedFile } from './types.ts';

/** `-- plinth:allow L27, L28 nobody reads it since 2.4` before a statement. */
interface Waiver {
  readonly statement: Statement;
  readonly ids: readonly string[];
  readonly reason: string;
  readonly used: Set<string>;
}

// The built-in invariants of a run are excepted by name and object; who wrote that need not say it twice.
const invariants: Readonly<Record<string, readonly string[]>> = {
  'indexed-key': ['L36'],
  'primary-key': ['L70'],
  'row-security': ['L70'],
  'valid-constraint': ['L45'],
};

/** Turns objections into findings: what the file allows keeps its place in the list and says why. */
export function applyWaivers(
  file: LintedFile,
  statements: readonly Statement[],
  objections: readonly Objection[],
  placeOf: (byteOffset: number) => Place,
): Finding[] {
  const waivers = statements.flatMap((statement) => waiversOf(statement));
  const excepted = exceptedObjects(statements);
  const findings = objections.map(({ rule, complaint, statement, severity }): Finding => {
    const waiver = waivers.find((one) => one.statement === statement && one.ids.includes(rule.id) && one.reason !== '');
    waiver?.used.add(rule.id);
    const waived = waiver?.reason ?? excepted.get(`${rule.id} ${complaint.object}`);
    return {
      id: rule.id,
      rule: rule.name,
      severity,
      migration: file.migration,
      file: file.path,
      ...placeOf(offsetIn(complaint.node, statement)),
      message: complaint.message,
      safeWay: rule.safeWay,
      ...(waived !== undefined && { waived }),
      ...(rule.template && { template: rule.template }),
    };
  });
  return [
    ...findings,
    ...waivers.flatMap((waiver) => faultsOf(waiver).map((fault) => faultFinding(file, waiver.statement, fault, placeOf))),
  ];
}

function offsetIn(node: Tree | undefined, statement: Statement): number {
  return typeof node?.location === 'number' && node.location >= statement.byteOffset ? node.location : statement.byteOffset;
}

/** The waivers in the comments before a statement. */
export function waiversOf(statement: Statement): Waiver[] {
  return statement.comments.flatMap((comment) => {
    const [, ids, reason = ''] = /^plinth:allow\s+(L\d+(?:\s*,?\s*L\d+)*)\b[,:]?\s*(.*)$/.exec(comment) ?? [];
    return ids === undefined ? [] : [{ statement, ids: ids.split(/[\s,]+/), reason: reason.trim(), used: new Set<string>() }];
  });
}

/** Reasons of older waivers by rule and object: `L36 items_x_fk`. */
function exceptedObjects(statements: readonly Statement[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const comment of statements.flatMap(({ comments }) => comments)) {
    const [, invariant = '', object, reason] = /^plinth:allow\s+([a-z-]+)\s+(\S+)\s+(.+)$/.exec(comment) ?? [];
    for (const id of invariants[invariant] ?? []) reasons.set(`${id} ${object}`, reason ?? '');
  }
  return reasons;
}

function faultsOf({ ids, reason, used }: Waiver): { readonly id: string; readonly message: string }[] {
  return ids.flatMap((id) => {
    if (!ruleById.has(id)) return [{ id: 'W02', message: `There is no rule ${id}.` }];
    if (reason === '') return [{ id: 'W01', message: `${id} is allowed here without a reason.` }];
    return used.has(id) ? [] : [{ id: 'W03', message: `${id} is allowed here, but finds nothing here.` }];
  });
}

function faultFinding(
  file: LintedFile,
  statement: Statement,
  { id, message }: { readonly id: string; readonly message: string },
  placeOf: (byteOffset: number) => Place,
): Finding {
  const rule = ruleById.get(id);
  if (!rule) throw new Error(`no rule ${id}`);
  const severity = id === 'W03' ? 'warning' : 'error';
  const place = placeOf(statement.byteOffset);
  return { id, rule: rule.name, severity, migration: file.migration, file: file.path, ...place, message, safeWay: rule.safeWay };
}
