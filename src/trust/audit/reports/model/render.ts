/** One question of a report, with the statement that answers it and its answer. */
export interface Section {
  readonly title: string;
  /** What the regulation asks, and where. */
  readonly question: string;
  readonly sql: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows there are in all; the table shows the first of them. */
  readonly total: number;
  /** Where the rows come from more than one database. */
  readonly databases: readonly string[];
}

export interface Report {
  readonly title: string;
  readonly from: Date;
  readonly to: Date;
  readonly made: Date;
  /** Statements on the record itself: whether it is whole, and what it does not cover. */
  readonly statements: readonly string[];
  readonly sections: readonly Section[];
}

const day = (date: Date) => date.toISOString().slice(0, 10);
const more = ({ rows, total }: Section) =>
  total > rows.length ? `${total - rows.length} more; the statement gives all of them.` : undefined;
const nothing = 'Nothing in this time.';

/** For reading and for version control. */
export function renderMarkdown(report: Report): string {
  const cell = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const table = (section: Section) =>
    section.rows.length === 0 ? [nothing] : [line(section.columns), line(section.columns.map(() => '---')), ...section.rows.map(line)];
  return [
    `# ${report.title}`,
    '',
    `From ${day(report.from)} to ${day(report.to)}, made ${report.made.toISOString()}.`,
    '',
    ...report.statements.map((statement) => `- ${statement}`),
    ...report.sections.flatMap((section) => [
      '',
      `## ${section.title}`,
      '',
      section.question,
      '',
      ...table(section),
      ...(more(section) ? ['', more(section) as string] : []),
      '',
      `Evidence (${section.databases.join(', ')}):`,
      '',
      '```sql',
      section.sql,
      '```',
    ]),
    '',
  ].join('\n');
}

/** One page without anything from elsewhere, to be sent or printed. */
export function renderHtml(report: Report): string {
  const e = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const table = ({ columns, rows }: Section) =>
    rows.length === 0
      ? `<p>${nothing}</p>`
      : `<table><thead><tr>${columns.map((name) => `<th scope="col">${e(name)}</th>`).join('')}</tr></thead><tbody>${rows
          .map((row) => `<tr>${row.map((text) => `<td>${e(text)}</td>`).join('')}</tr>`)
          .join('')}</tbody></table>`;
  const section = (one: Section) =>
    [
      `<section><h2>${e(one.title)}</h2><p>${e(one.question)}</p>`,
      table(one),
      ...(more(one) ? [`<p>${e(more(one) as string)}</p>`] : []),
      `<details><summary>Evidence (${e(one.databases.join(', '))})</summary><pre>${e(one.sql)}</pre></details></section>`,
    ].join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${e(report.title)}</title>
<style>${style}</style></head><body><main>
<h1>${e(report.title)}</h1>
<p>From ${day(report.from)} to ${day(report.to)}, made ${report.made.toISOString()}.</p>
<ul>${report.statements.map((statement) => `<li>${e(statement)}</li>`).join('')}</ul>
${report.sections.map(section).join('\n')}
</main></body></html>
`;
}

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}main{max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9em}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
pre{overflow:auto;padding:.8rem;background:#8881}td{overflow-wrap:anywhere}@media print{details>*{display:block}}`;
