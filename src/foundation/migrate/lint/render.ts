import { relative } from 'node:path';
import type { FixedPath } from './fix/fix-sources.ts';
import type { LintReport } from './lint.ts';
import type { Finding } from './types.ts';

/** Findings for people: where, what, and what to do instead; waived ones in one line each at the end. */
export function renderReport({ findings, files }: LintReport): string {
  const open = findings.filter(({ waived }) => waived === undefined);
  const waived = findings.filter((one) => one.waived !== undefined);
  const count = (severity: Finding['severity']) => open.filter((one) => one.severity === severity).length;
  const summary = `${files} file(s): ${count('error')} error(s), ${count('warning')} warning(s), ${waived.length} waived.`;
  return [...open.map(renderFinding), ...waived.map(renderWaived), summary].join('\n');
}

export const isRefused = ({ severity, waived }: Finding) => severity === 'error' && waived === undefined;

const placeOf = ({ file, line, column }: Finding) => `${relative(process.cwd(), file) || file}:${line}:${column}`;

function renderFinding(one: Finding): string {
  const recipe = one.template ? `\n  Recipe: plinth migrate new ${one.template}` : '';
  return `${placeOf(one)} ${one.severity} ${one.id} ${one.rule}\n${one.excerpt}\n  ${one.message}\n  Instead: ${one.safeWay}${recipe}\n`;
}

const renderWaived = (one: Finding) => `${placeOf(one)} allowed ${one.id} ${one.rule}: ${one.waived}`;

/** `fixed L01, L07 in up.sql`, or what was written for them. */
export function renderFixed({ path, rules }: FixedPath): string {
  const name = relative(process.cwd(), path);
  return rules.length > 0 ? `fixed ${[...new Set(rules)].join(', ')} in ${name}` : `wrote ${name}`;
}
