import { linesOf, toDot } from './model/diagram.ts';
import { type Dictionary, nameOf } from './model/dictionary.ts';
import { type DiagramLayout, type GraphvizJson, toLayout } from './model/layout.ts';

// Graphviz in WebAssembly: 1.5 MB that only those load who draw.
const graphviz = async () => (await import('@viz-js/viz')).instance();

const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** DOT as SVG, for a file or a page; the same text gives the same bytes. */
export async function draw(dot: string): Promise<string> {
  const svg = (await graphviz()).renderString(dot, { format: 'svg_inline' });
  return svg.replaceAll(/<!--[\s\S]*?-->\n?/g, '').replace('<svg ', `<svg ${namespaces} `);
}

/** Where the tables and keys of a tier would stand; for those who draw themselves. */
export async function layOut(dictionary: Dictionary): Promise<DiagramLayout> {
  const lines = new Map(dictionary.tables.map((table) => [nameOf(table), linesOf(table)]));
  return toLayout((await graphviz()).renderJSON(toDot(dictionary)) as GraphvizJson, lines);
}
