import { type GraphBox, type GraphLine, layOutGraph } from '../../../kernel/index.ts';
import type { StepInfo } from './types.ts';

/** Where the steps of a flow stand, from left to right as they are run; names of boxes and ends of lines are keys of steps. */
export interface FlowDrawing {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly boxes: readonly GraphBox[];
  readonly lines: readonly Pick<GraphLine, 'from' | 'to' | 'path'>[];
}

/** More than that is a table, not a picture; laying out so many takes about a tenth of a second. */
export const mostDrawn = 150;

const inches = (px: number) => (px / 72).toFixed(3);
const widthOf = (key: string) => Math.min(Math.max(110, key.length * 7 + 28), 240);
const heightPx = 40;

export async function drawFlow(steps: readonly Pick<StepInfo, 'key' | 'after'>[]): Promise<FlowDrawing> {
  // A key is any text: Graphviz is told numbers.
  const nameOf = new Map(steps.map(({ key }, i) => [key, String(i)]));
  const nodes = steps.map(({ key }, i) => `${i} [width=${inches(widthOf(key))}, height=${inches(heightPx)}];`);
  const edges = steps.flatMap(({ key, after }) =>
    after.filter((parent) => nameOf.has(parent)).map((parent) => `${nameOf.get(parent)} -> ${nameOf.get(key)};`),
  );
  const dot = `digraph { rankdir=LR; nodesep=0.2; ranksep=0.45; node [shape=box, fixedsize=true, label=""]; ${[...nodes, ...edges].join(' ')} }`;
  const graph = await layOutGraph(dot);
  const keyOf = (name: string) => steps[Number(name)]?.key ?? '';
  return {
    ...{ widthPx: graph.widthPx, heightPx: graph.heightPx },
    boxes: graph.nodes.map((box) => ({ ...box, name: keyOf(box.name) })),
    lines: graph.lines.map(({ from, to, path }) => ({ from: keyOf(from), to: keyOf(to), path })),
  };
}
