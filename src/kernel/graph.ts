/** Where boxes and lines of a graph stand, in pixels from the upper left. */
export interface GraphLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Boxes around others. */
  readonly groups: readonly GraphBox[];
  readonly nodes: readonly GraphBox[];
  readonly lines: readonly GraphLine[];
}

export interface GraphBox {
  readonly name: string;
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface GraphLine {
  readonly from: string;
  readonly to: string;
  readonly tip: string;
  readonly isDashed: boolean;
  /** As an SVG path takes it. */
  readonly path: string;
}

/** The parts we read of what Graphviz gives as JSON; its origin is the lower left, its unit 1/72 inch. */
interface GraphvizJson {
  readonly bb?: string;
  readonly objects?: readonly {
    readonly _gvid: number;
    readonly name: string;
    readonly bb?: string;
    readonly label?: string;
    readonly pos?: string;
    readonly width?: string;
    readonly height?: string;
  }[];
  readonly edges?: readonly {
    readonly tail: number;
    readonly head: number;
    /** Absent where Graphviz found no way for it. */
    readonly pos?: string;
    readonly tooltip?: string;
    readonly style?: string;
  }[];
}

const pointsPerInch = 72;

// Graphviz in WebAssembly: 1.5 MB that only those load who draw.
const graphviz = async () => (await import('@viz-js/viz')).instance();

/** DOT as SVG; the same text gives the same bytes. */
export const drawGraph = async (dot: string): Promise<string> => (await graphviz()).renderString(dot, { format: 'svg_inline' });

/** Where the boxes and lines of a DOT text would stand, for those who draw themselves. Clusters are groups, by their label. */
export async function layOutGraph(dot: string): Promise<GraphLayout> {
  const { bb, objects = [], edges = [] } = (await graphviz()).renderJSON(dot) as GraphvizJson;
  const [, , widthPx = 0, heightPx = 0] = numbers(bb ?? '');
  const flip = (y: number) => round(heightPx - y);
  const box = (object: (typeof objects)[number]): GraphBox => {
    if (object.bb !== undefined) {
      const [left = 0, bottom = 0, right = 0, top = 0] = numbers(object.bb);
      return { name: object.label ?? '', leftPx: left, topPx: flip(top), widthPx: round(right - left), heightPx: round(top - bottom) };
    }
    const [x = 0, y = 0] = numbers(object.pos ?? '');
    const width = round(Number(object.width) * pointsPerInch);
    const height = round(Number(object.height) * pointsPerInch);
    return { name: object.name, leftPx: round(x - width / 2), topPx: round(flip(y) - height / 2), widthPx: width, heightPx: height };
  };
  const boxes = new Map(objects.map((object) => [object._gvid, box(object)]));
  const names = new Map(objects.map(({ _gvid, name }) => [_gvid, name]));
  return {
    widthPx,
    heightPx,
    groups: objects.filter((object) => object.bb !== undefined).map(box),
    nodes: objects.filter((object) => object.bb === undefined).map(box),
    lines: edges.map((edge) => ({
      from: names.get(edge.tail) ?? '',
      to: names.get(edge.head) ?? '',
      tip: edge.tooltip ?? '',
      isDashed: edge.style === 'dashed',
      path: edge.pos ? pathOf(edge.pos, flip) : straight(boxes.get(edge.tail), boxes.get(edge.head)),
    })),
  };
}

function straight(from: GraphBox | undefined, to: GraphBox | undefined): string {
  const middle = (box?: GraphBox) => (box ? `${round(box.leftPx + box.widthPx / 2)} ${round(box.topPx + box.heightPx / 2)}` : '0 0');
  return `M${middle(from)} L${middle(to)}`;
}

const numbers = (text: string) => text.split(',').map(Number);
const round = (value: number) => Math.round(value * 10) / 10;

// "e,x,y x,y x,y …": the tip of the arrow, then a start and triples of Bézier points.
function pathOf(pos: string, flip: (y: number) => number): string {
  const points = pos.split(' ').filter((part) => !/^[se],/.test(part));
  const tip = pos
    .split(' ')
    .find((part) => part.startsWith('e,'))
    ?.slice(2);
  const at = (point: string) => {
    const [x = 0, y = 0] = numbers(point);
    return `${round(x)} ${flip(y)}`;
  };
  const [start = '0,0', ...rest] = points;
  return `M${at(start)} C${rest.map(at).join(' ')}${tip ? ` L${at(tip)}` : ''}`;
}
