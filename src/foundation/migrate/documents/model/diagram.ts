import { type Dictionary, type DictionaryTable, nameOf } from './dictionary.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  /** The referencing row may be without the other. */
  readonly isOptional: boolean;
}

function edgesOf(tables: readonly DictionaryTable[]): Edge[] {
  const known = new Set(tables.map(nameOf));
  return tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ target }) => known.has(target))
      .map(({ columns, target }) => {
        const isOptional = columns.some((column) => table.columns.find(({ name }) => name === column)?.isNullable);
        return { from: nameOf(table), to: target, columns, isOptional };
      }),
  );
}

// Mermaid takes word characters only.
const word = (name: string) => name.replaceAll(/\W/g, '_');

/** Tables and their keys in the language of Mermaid, which renders in Markdown. Every column is shown. */
export function toMermaid({ tables }: Dictionary): string {
  const entities = tables.map((table) => {
    const foreign = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
    const rows = table.columns.map(({ name, type }) => {
      const keys = [table.primaryKey.includes(name) ? 'PK' : '', foreign.has(name) ? 'FK' : ''].filter(Boolean).join(', ');
      return `    ${word(type)} ${word(name)}${keys ? ` ${keys}` : ''}`;
    });
    return `  ${word(nameOf(table))} {\n${rows.join('\n')}\n  }`;
  });
  const edges = edgesOf(tables).map(
    ({ from, to, columns, isOptional }) =>
      `  ${word(from)} }o--${isOptional ? 'o|' : '||'} ${word(to)} : "${columns.map(word).join(', ')}"`,
  );
  return `${['erDiagram', ...entities, ...edges].join('\n')}\n`;
}

/** What a box says below its name: the columns of keys, and how many others there are. */
export function linesOf({ columns, primaryKey, foreignKeys }: DictionaryTable): string[] {
  const foreign = foreignKeys.flatMap((key) => key.columns);
  const keys = columns.filter(({ name }) => primaryKey.includes(name) || foreign.includes(name));
  const others = columns.length - keys.length;
  return [...keys.map(({ name, type }) => `${name} ${type}`), ...(others > 0 ? [`${others} more`] : [])];
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const label = (text: string) => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);

/** The same for Graphviz; keys only, so that a diagram of a hundred tables can still be read. */
export function toDot({ tier, tables }: Dictionary): string {
  const schemas = Map.groupBy(tables, ({ schema }) => schema);
  const clusters = [...schemas].map(([schema, members], index) => {
    const nodes = members.map((table) => {
      const rows = linesOf(table).map((line) => `<tr><td align="left">${label(line)}</td></tr>`);
      const box = `<table border="1" cellborder="0" cellspacing="0" cellpadding="2"><tr><td align="left"><b>${label(table.name)}</b></td></tr>${rows.join('')}</table>`;
      return `    ${quoted(nameOf(table))} [id=${quoted(nameOf(table))} label=<${box}>];`;
    });
    return `  subgraph cluster_${index} {\n    label=${quoted(schema)};\n${nodes.join('\n')}\n  }`;
  });
  const edges = edgesOf(tables).map(
    ({ from, to, columns, isOptional }) =>
      `  ${quoted(from)} -> ${quoted(to)} [tooltip=${quoted(columns.join(', '))}${isOptional ? ' style=dashed' : ''}];`,
  );
  const look = [
    '  graph [rankdir=LR bgcolor=white fontname="Courier" fontsize=11 nodesep=0.25 ranksep=0.9];',
    '  node [shape=plain fontname="Courier" fontsize=10];',
    '  edge [arrowsize=0.6];',
  ];
  return `digraph ${quoted(tier)} {\n${[...look, ...clusters, ...edges].join('\n')}\n}\n`;
}
