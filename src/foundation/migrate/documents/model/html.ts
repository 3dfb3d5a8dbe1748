import { type Dictionary, type DictionaryPart, type DictionaryTable, nameOf } from './dictionary.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: string) => value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
const code = (value: string) => `<code>${text(value)}</code>`;

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{border-bottom:1px solid #8884;padding:.25rem .5rem;text-align:left;vertical-align:top}
code{font-size:.92em}svg{max-width:100%;height:auto}`;

/** The dictionary of one tier as a page that needs nothing else, with its entity diagram (SVG) on top. */
export function toHtml({ tier, tables, functions }: Dictionary, diagram: string): string {
  const rows = functions.map(({ schema, signature, comment }) => `<tr><td>${code(`${schema}.${signature}`)}<td>${text(comment ?? '')}`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${tier}: tables and functions</title>
<style>${style}</style>
<h1>${tier}: tables and functions</h1>
${diagram}
<ul>
${tables.map((table) => `<li><a href="#${text(nameOf(table))}">${text(nameOf(table))}</a>${table.comment ? `: ${text(table.comment)}` : ''}`).join('\n')}
</ul>
${tables.map(section).join('\n')}
${rows.length === 0 ? '' : `<h2>Functions</h2>\n<table><tr><th>function<th>meaning\n${rows.join('\n')}\n</table>`}
</html>
`;
}

function section(table: DictionaryTable): string {
  const rows = table.columns.map(
    ({ name, type, isNullable, default: value, comment }) =>
      `<tr><td>${code(name)}<td>${text(type)}<td>${isNullable ? 'yes' : ''}<td>${value ? code(value) : ''}<td>${text(comment ?? '')}`,
  );
  return `<h2 id="${text(nameOf(table))}">${text(nameOf(table))}</h2>
${table.comment ? `<p>${text(table.comment)}</p>` : ''}
<table><tr><th>column<th>type<th>null<th>default<th>meaning
${rows.join('\n')}
</table>
${[list('Constraints', table.constraints), list('Indexes', table.indexes), list('Policies', table.policies)].join('')}`;
}

function list(title: string, parts: readonly DictionaryPart[]): string {
  if (parts.length === 0) return '';
  return `<h3>${title}</h3><ul>${parts.map(({ name, definition }) => `<li>${code(name)} ${code(definition)}`).join('')}</ul>\n`;
}
