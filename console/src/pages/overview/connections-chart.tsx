import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type ClusterStatus, type Tier, tiers } from '../../api/types.ts';
import { TierName } from '../../parts/badge.tsx';
import { resolveColour, useScheme } from '../../parts/canvas-colour.ts';
import { unknown } from '../../parts/format.ts';

interface Sample {
  readonly at: number;
  readonly active: Partial<Record<Tier, number>>;
}

const clock = new Intl.DateTimeFormat(navigator.language, { timeStyle: 'medium' });
const keptSamples = 720;
const heightPx = 150;
// A longer silence than this (a hidden tab, a lost stream) is drawn as a gap, not as a line across it.
const gapSeconds = 20;
const leastSeconds = 300;
// Told apart without colour, too.
const dashes: Readonly<Record<Tier, number[]>> = { oltp: [], content: [8, 3], queue: [2, 3], olap: [8, 3, 2, 3] };

/** Busy connections by tier from the live stream; begins with the page, because nothing older is kept. */
export default function ConnectionsChart({ status }: { status: ClusterStatus }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const samples = useRef<Sample[]>([]);
  const scheme = useScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas has to be drawn anew when the colours change
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => resolveColour(element, `var(--${name})`);
    const axis: uPlot.Axis = {
      stroke: colour('ink-faint'),
      grid: { stroke: colour('line'), width: 1 },
      ticks: { show: false },
      font: `11px ${style.fontFamily}`,
    };
    const created = new uPlot(
      {
        width: element.clientWidth,
        height: heightPx,
        legend: { show: false },
        cursor: { y: false },
        scales: {
          x: { range: () => timeRange(samples.current) },
          y: { range: (_plot, _min, max) => [0, Math.max(4, Math.ceil((max ?? 0) * 1.2))] },
        },
        axes: [
          { ...axis, space: 90, values: (_plot, splits) => splits.map((seconds) => clock.format(seconds * 1000)) },
          { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100] },
        ],
        series: [
          {},
          ...tiers.map((tier) => ({
            label: tier,
            stroke: colour(`tier-${tier}`),
            width: 1.5,
            dash: dashes[tier],
            points: { size: 4 },
            spanGaps: false,
          })),
        ],
      },
      toData(samples.current),
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

  useEffect(() => {
    const active = Object.fromEntries(status.tiers.flatMap((tier) => (tier.connections ? [[tier.tier, tier.connections.active]] : [])));
    samples.current = [...samples.current, { at: Date.now() / 1000, active }].slice(-keptSamples);
    plot.current?.setData(toData(samples.current));
  }, [status]);

  return (
    <figure className="chart">
      <div ref={host} className="chart-plot" aria-hidden="true" />
      <figcaption>
        <ul className="legend">
          {status.tiers.map((tier) => (
            <li key={tier.tier}>
              <svg className="legend-line" viewBox="0 0 24 4" aria-hidden="true" data-tier={tier.tier}>
                <path d="M0 2h24" strokeDasharray={dashes[tier.tier].join(' ')} />
              </svg>
              <TierName tier={tier.tier} /> {tier.connections ? `${tier.connections.active} busy` : unknown}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** From the first sample to the last, and five minutes at least: one sample alone would be spread over years. */
function timeRange(samples: readonly Sample[]): [number, number] {
  const end = samples.at(-1)?.at ?? Date.now() / 1000;
  return [Math.min(samples[0]?.at ?? end, end - leastSeconds), end];
}

/** uPlot's columns; a row of nulls stands where nothing was heard for long. */
function toData(samples: readonly Sample[]): uPlot.AlignedData {
  const rows = samples.flatMap((sample, i) => {
    const before = samples[i - 1];
    return before && sample.at - before.at > gapSeconds ? [{ at: before.at + 1, active: {} }, sample] : [sample];
  });
  return [rows.map((row) => row.at), ...tiers.map((tier) => rows.map((row: Sample) => row.active[tier] ?? null))];
}
