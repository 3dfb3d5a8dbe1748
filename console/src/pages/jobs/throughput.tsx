import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { resolveColour, useScheme } from '../../parts/canvas-colour.ts';
import { formatCount } from '../../parts/format.ts';
import type { ShownFlow } from './flow-picture.tsx';

const clock = new Intl.DateTimeFormat(navigator.language, { timeStyle: 'short' });
const heightPx = 160;
// Told apart without colour, too.
const lines = [
  { name: 'completed', text: 'completed', colour: 'accent', dash: [], isFilled: true },
  { name: 'enqueued', text: 'came', colour: 'tier-oltp', dash: [6, 4], isFilled: false },
  { name: 'failed', text: 'failed runs', colour: 'warn', dash: [2, 3], isFilled: false },
  { name: 'dead', text: 'given up', colour: 'bad', dash: [], isFilled: false },
] as const;

/** What came, was completed and failed, minute by minute; the cursor tells of one of them. */
export default function Throughput({ flow }: { flow: ShownFlow }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [at, setAt] = useState<number>();
  const scheme = useScheme();
  const data = toData(flow);
  const latest = useRef(data);
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas has to be drawn anew when the colours change
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const colour = (name: string) => resolveColour(element, `var(--${name})`);
    const axis: uPlot.Axis = {
      stroke: colour('ink-faint'),
      grid: { stroke: colour('line'), width: 1 },
      ticks: { show: false },
      font: `11px ${getComputedStyle(element).fontFamily}`,
    };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const created = new uPlot(
      {
        width: element.clientWidth,
        height: heightPx,
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, Math.ceil((max ?? 0) * 1.15))] } },
        axes: [
          { ...axis, size: 26, space: 90, values: (_plot, splits) => splits.map((seconds) => clock.format(seconds * 1000)) },
          { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5] },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.text,
            stroke: colour(line.colour),
            width: 1.5,
            dash: [...line.dash],
            points: { show: false },
            ...(line.isFilled && { fill: colour('accent-soft') }),
            ...(stepped && { paths: stepped }),
          })),
        ],
        hooks: { setCursor: [(drawn) => setAt(drawn.cursor.idx ?? undefined)] },
      },
      latest.current,
      element,
    );
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
    };
  }, [scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the data are made of the flow
  useEffect(() => plot.current?.setData(data), [flow]);

  const shownSeconds = at === undefined ? undefined : data[0][at];
  return (
    <figure className="chart">
      <div ref={host} className="chart-plot" aria-hidden="true" />
      <figcaption>
        <ul className="legend">
          {lines.map((line, i) => (
            <li key={line.name}>
              <svg className="legend-line" viewBox="0 0 24 4" aria-hidden="true" style={{ stroke: `var(--${line.colour})` }}>
                <path d="M0 2h24" strokeDasharray={line.dash.join(' ')} />
              </svg>
              {line.text} {formatCount(at === undefined ? sum(data[i + 1]) : data[i + 1]?.[at])}
            </li>
          ))}
          <li className="faint">
            {shownSeconds === undefined ? 'in the last hour' : `in the minute of ${clock.format(shownSeconds * 1000)}`}
          </li>
        </ul>
      </figcaption>
    </figure>
  );
}

const sum = (values: ArrayLike<number | null | undefined> | undefined) =>
  Array.from(values ?? []).reduce<number>((total, value) => total + (value ?? 0), 0);

/** What failed and is not tried again was given up. */
function countOf(queue: ShownFlow['queues'][number], name: (typeof lines)[number]['name'], minute: number): number {
  if (name === 'dead') return Math.max(0, (queue.failed[minute] ?? 0) - (queue.retried[minute] ?? 0));
  return queue[name][minute] ?? 0;
}

/** uPlot's columns, over all queues. */
function toData({ since, queues }: ShownFlow): uPlot.AlignedData {
  const first = Date.parse(since) / 1000;
  const minutes = Array.from({ length: 60 }, (_, i) => i);
  return [
    minutes.map((minute) => first + minute * 60),
    ...lines.map(({ name }) => minutes.map((minute) => queues.reduce((total, queue) => total + countOf(queue, name, minute), 0))),
  ];
}
