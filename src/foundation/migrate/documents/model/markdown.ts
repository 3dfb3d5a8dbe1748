import { type Dictionary, type DictionaryPart, type DictionaryTable, nameOf } from './dictionary.ts';

const cell = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string) => `\`${text.replaceAll('`', "'")}\``;

/** The dictionary of one tier as a page, with its diagram (Mermaid) on top; the hash of its schema is left to the files' own check, so that equal content is equal bytes. */
export function toMarkdown({ tier, tables, functions }: Dictionary, diagram: string): string {
  const contents = tables.map((table) => `- [${nameOf(table)}](#${anchor(table)})${table.comment ? `: ${table.comment}` : ''}`);
  const made = functions.map(({ schema, signature, comment }) => `| ${code(`${schema}.${signature}`)} | ${cell(comment ?? '')} |`);
  return [
    `# ${tier}: tables and functions`,
    '<!-- Written by `plinth migrate docs build`; change the comments in the database, not this page. -->',
    ...(tables.length > 0 ? [`\`\`\`mermaid\n${diagram}\`\`\``, contents.join('\n')] : []),
    ...tables.map(section),
    ...(made.length > 0 ? [`## Functions\n\n| function | meaning |\n|---|---|\n${made.join('\n')}`] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

const anchor = (table: DictionaryTable) =>
  nameOf(table)
    .toLowerCase()
    .replaceAll(/[^\w-]/g, '');

function section(table: DictionaryTable): string {
  const references = new Map(table.foreignKeys.flatMap((key) => key.columns.map((column) => [column, key] as const)));
  const rows = table.columns.map(({ name, type, isNullable, default: value, comment }) => {
    const key = references.get(name);
    const marks = [...(table.primaryKey.includes(name) ? ['key'] : []), ...(key ? [`→ ${key.target}`] : [])].join(', ');
    return `| ${code(name)} | ${cell(type)} | ${isNullable ? 'yes' : ''} | ${value ? code(cell(value)) : ''} | ${marks} | ${cell(comment ?? '')} |`;
  });
  const about = [table.kind === 'table' ? [] : [table.kind], table.isProtected ? ['rows kept apart by policies'] : []].flat().join(', ');
  return [
    `## ${nameOf(table)}`,
    ...(table.comment ? [table.comment] : []),
    ...(about ? [`${about[0]?.toUpperCase()}${about.slice(1)}.`] : []),
    `| column | type | null | default | key | meaning |\n|---|---|---|---|---|---|\n${rows.join('\n')}`,
    ...list('Constraints', table.constraints),
    ...list('Indexes', table.indexes),
    ...list('Policies', table.policies),
  ].join('\n\n');
}

function list(title: string, parts: readonly DictionaryPart[]): string[] {
  return parts.length === 0 ? [] : [`${title}:\n${parts.map(({ name, definition }) => `- ${code(name)} ${code(definition)}`).join('\n')}`];
}
