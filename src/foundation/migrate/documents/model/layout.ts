import type { GraphBox, GraphLayout } from '../../../../kernel/index.ts';

/** Where a diagram's boxes and lines stand, in pixels from the upper left. */
export interface DiagramLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly schemas: readonly GraphBox[];
  readonly tables: readonly DiagramTable[];
  readonly keys: readonly DiagramLine[];
}

/** Named `schema.table`. */
export interface DiagramTable extends GraphBox {
  /** The columns of its keys, and how many others there are. */
  readonly lines: readonly string[];
}

export interface DiagramLine {
  readonly from: string;
  readonly to: string;
  /** Columns of the key. */
  readonly columns: string;
  readonly isOptional: boolean;
  /** As an SVG path takes it. */
  readonly path: string;
}

/** `linesOf` says what stands in a table's box, by its name. */
export const toLayout = (graph: GraphLayout, linesOf: ReadonlyMap<string, readonly string[]>): DiagramLayout => ({
  widthPx: graph.widthPx,
  heightPx: graph.heightPx,
  schemas: graph.groups,
  tables: graph.nodes.map((node) => ({ ...node, lines: linesOf.get(node.name) ?? [] })),
  keys: graph.lines.map(({ from, to, tip, isDashed, path }) => ({ from, to, columns: tip, isOptional: isDashed, path })),
});
