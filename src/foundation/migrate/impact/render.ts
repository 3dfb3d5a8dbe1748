import type { Range } from './model/estimate.ts';
import type { ImpactReport, MigrationImpact } from './types.ts';

// One list of blocks, written twice: Markdown and HTML say the same.
type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function toMarkdown(report: ImpactReport): string {
  return `${blocksOf(report).map(markdown).join('\n\n')}\n`;
}

/** A whole page without scripts; every text in it is escaped. */
export function toHtml(report: ImpactReport): string {
  const style =
    'body{font:15px system-ui;max-width:70em;margin:2em auto}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2em .5em;text-align:left}';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Impact of ${escaped(report.planHash.slice(0, 12))}</title><style>${style}</style></head>
<body>
${blocksOf(report).map(html).join('\n')}
</body></html>
`;
}

function blocksOf(report: ImpactReport): Block[] {
  const { migrations, needs, limits, rehearsal } = report;
  const asked = [
    `${needs.approvers} ${needs.approvers === 1 ? 'approval' : 'approvals'}`,
    ...(needs.isSecurityReviewed ? ['one of them a security review'] : []),
    ...(needs.isBackedUp ? ['a restored backup'] : []),
  ].join(', ');
  return [
    { kind: 'heading', level: 1, text: `Impact on ${report.environment}: ${report.risk} risk` },
    {
      kind: 'text',
      text: `Plan ${report.planHash}, reported ${report.created}. ${rehearsal ? `Rehearsed ${rehearsal.taken} (${rehearsal.depth}).` : 'Not rehearsed.'} In production it needs ${asked}.`,
    },
    {
      kind: 'table',
      columns: ['migration', 'tier', 'class', 'risk', 'rehearsal', 'lint', 'way back'],
      rows: migrations.map((one) => [
        one.id,
        one.tier,
        one.changeClass,
        one.risk,
        one.rehearsal.result,
        `${one.lint.errors} errors, ${one.lint.warnings} warnings, ${one.lint.waived} waived`,
        one.rollback.way,
      ]),
    },
    ...migrations.flatMap(migrationBlocks),
    ...(limits.length > 0
      ? ([
          { kind: 'heading', level: 2, text: 'Not known' },
          { kind: 'list', items: limits },
        ] as const)
      : []),
  ];
}

function migrationBlocks(one: MigrationImpact): Block[] {
  const facts = [
    ...one.reasons.map((reason) => `${one.risk === 'low' ? '' : 'Risk: '}${reason}`),
    ...(one.rehearsal.because ? [`Rehearsal: ${one.rehearsal.because}`] : []),
    ...(one.rollback.because ? [`No way back: ${one.rollback.because}`] : []),
    `Runs ${milliseconds(one.durationMs)}, writes ${bytes(one.walBytes)} of log`,
    ...one.dependants.map(({ table, kind, object }) => `${kind} ${object} stands on ${table}`),
    ...one.queries.map(({ query, table, file, line }) => `query ${query} uses ${table}: ${file}:${line}`),
  ];
  return [
    { kind: 'heading', level: 2, text: one.id },
    { kind: 'list', items: facts },
    ...(one.locks.length > 0
      ? [
          {
            kind: 'table' as const,
            columns: ['table', 'lock', 'held', 'who waits', 'size', 'rows'],
            rows: one.locks.map((lock) => [
              lock.relation,
              lock.mode,
              milliseconds(lock.heldMs),
              lock.whoWaits ?? 'nobody',
              bytes({ low: lock.tableBytes, high: lock.tableBytes }),
              String(lock.rows),
            ]),
          },
        ]
      : []),
  ];
}

const span = (range: Range, show: (value: number) => string) =>
  show(range.low) === show(range.high) ? show(range.low) : `${show(range.low)} to ${show(range.high)}`;

export const milliseconds = (range: Range) =>
  span(range, (ms) => (ms < 1_000 ? `${ms} ms` : ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`));

export const bytes = (range: Range) =>
  span(range, (size) =>
    size < 1024 ** 2
      ? `${Math.round(size / 1024)} kB`
      : size < 1024 ** 3
        ? `${Math.round(size / 1024 ** 2)} MB`
        : `${(size / 1024 ** 3).toFixed(1)} GB`,
  );

function markdown(block: Block): string {
  const cell = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${cell(block.text)}`;
    case 'text':
      return cell(block.text);
    case 'list':
      return block.items.map((item) => `- ${cell(item)}`).join('\n');
    case 'table':
      return [block.columns, block.columns.map(() => '---'), ...block.rows.map((row) => row.map(cell))]
        .map((row) => `| ${row.join(' | ')} |`)
        .join('\n');
  }
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

function html(block: Block): string {
  const row = (tag: 'td' | 'th') => (cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`;
    case 'text':
      return `<p>${escaped(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'table':
      return `<table>${row('th')(block.columns)}${block.rows.map(row('td')).join('')}</table>`;
  }
}
