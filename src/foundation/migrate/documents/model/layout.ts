/** Where a diagram's boxes and lines stand, in pixels from the upper left. */
export interface DiagramLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly schemas: readonly DiagramBox[];
  readonly tables: readonly DiagramTable[];
  readonly keys: readonly DiagramLine[];
}

export interface DiagramBox {
  /** `schema.table`, or the schema. */
  readonly name: string;
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface DiagramTable extends DiagramBox {
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

/** The parts we read of what Graphviz gives as JSON; its origin is the lower left, its unit 1/72 inch. */
export interface GraphvizJson {
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

/** `lines` says what stands in a table's box, by its name. */
export function toLayout({ bb, objects = [], edges = [] }: GraphvizJson, lines: ReadonlyMap<string, readonly string[]>): DiagramLayout {
  const [, , widthPx = 0, heightPx = 0] = numbers(bb ?? '');
  const flip = (y: number) => round(heightPx - y);
  const box = (object: (typeof objects)[number]): DiagramBox => {
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
    schemas: objects.filter((object) => object.bb !== undefined).map(box),
    tables: objects.filter((object) => object.bb === undefined).map((object) => ({ ...box(object), lines: lines.get(object.name) ?? [] })),
    keys: edges.map((edge) => ({
      from: names.get(edge.tail) ?? '',
      to: names.get(edge.head) ?? '',
      columns: edge.tooltip ?? '',
      isOptional: edge.style === 'dashed',
      path: edge.pos ? pathOf(edge.pos, flip) : straight(boxes.get(edge.tail), boxes.get(edge.head)),
    })),
  };
}

function straight(from: DiagramBox | undefined, to: DiagramBox | undefined): string {
  const middle = (box?: DiagramBox) => (box ? `${round(box.leftPx + box.widthPx / 2)} ${round(box.topPx + box.heightPx / 2)}` : '0 0');
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
