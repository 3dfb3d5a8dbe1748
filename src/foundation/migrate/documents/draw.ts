import { drawGraph, layOutGraph } from '../../../kernel/index.ts';
import { linesOf, toDot } from './model/diagram.ts';
import { type Dictionary, nameOf } from './model/dictionary.ts';
import { type DiagramLayout, toLayout } from './model/layout.ts';

const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** DOT as SVG, for a file or a page; the same text gives the same bytes. */
export async function draw(dot: string): Promise<string> {
  const svg = await drawGraph(dot);
  return svg.replaceAll(/<!--[\s\S]*?-->\n?/g, '').replace('<svg ', `<svg ${namespaces} `);
}

/** Where the tables and keys of a tier would stand; for those who draw themselves. */
export async function layOut(dictionary: Dictionary): Promise<DiagramLayout> {
  const lines = new Map(dictionary.tables.map((table) => [nameOf(table), linesOf(table)]));
  return toLayout(await layOutGraph(toDot(dictionary)), lines);
}
