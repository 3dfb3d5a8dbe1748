import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, useState } from 'react';
import type { BatchDetails } from '../../../../src/data/queue/index.ts';
import { drawingQuery } from '../../api/job-queries.ts';
import type { Json } from '../../api/json.ts';
import { Panel } from '../../parts/page.tsx';
import { PanZoom } from '../../parts/pan-zoom.tsx';
import { Answer } from '../../parts/states.tsx';
import { stateWords } from './words.ts';

/** The steps of a flow from left to right: what has ended, what runs, what waits for what. A step leads to its job. */
export function FlowGraph({ batch, tenant }: { batch: Json<BatchDetails>; tenant: string | undefined }) {
  const query = useQuery(drawingQuery(batch.id, tenant, batch.steps.length));
  const [pointed, setPointed] = useState<string>();
  const steps = new Map(batch.steps.map((step) => [step.key, step]));
  const lineOf = (from: string, to: string) => {
    if (pointed === from || pointed === to) return 'tied';
    const state = steps.get(from)?.state;
    return state === 'completed' || state === 'failed' ? state : 'open';
  };
  return (
    <Answer query={query} lines={6}>
      {({ drawing }) => {
        if (drawing === null) return null;
        const widthPx = Math.max(drawing.widthPx + 2 * marginPx, leastWidthPx);
        return (
          <Panel title="Flow" note="From left to right; pointing at a step shows what it waits for">
            <div className="flow-graph" style={{ '--tall': `${drawing.heightPx + 2 * marginPx}px` } as CSSProperties}>
              <PanZoom label="Steps of the flow" widthPx={widthPx} heightPx={drawing.heightPx + 2 * marginPx}>
                <g transform={`translate(${(widthPx - drawing.widthPx) / 2} ${marginPx})`}>
                  <Arrowheads />
                  {drawing.lines.map(({ from, to, path }) => (
                    <path
                      key={`${from} ${to}`}
                      className="flow-line"
                      d={path}
                      data-name={lineOf(from, to)}
                      markerEnd={`url(#arrow-${lineOf(from, to)})`}
                    />
                  ))}
                  {drawing.boxes.map((box) => {
                    const step = steps.get(box.name);
                    if (!step) return null;
                    const state = step.place ?? step.state;
                    return (
                      <Link
                        key={box.name}
                        to="/jobs/$id"
                        params={{ id: step.jobId }}
                        search={tenant === undefined ? {} : { tenant }}
                        className="flow-step"
                        data-state={state}
                        onPointerEnter={() => setPointed(box.name)}
                        onPointerLeave={() => setPointed(undefined)}
                        onFocus={() => setPointed(box.name)}
                        onBlur={() => setPointed(undefined)}
                      >
                        <title>{`${step.key}: ${stateWords[state]}${step.type ? `, ${step.type}` : ''}`}</title>
                        <rect x={box.leftPx} y={box.topPx} width={box.widthPx} height={box.heightPx} rx={5} />
                        <text x={box.leftPx + 10} y={box.topPx + 17} className="flow-step-key">
                          {cut(step.key, box.widthPx)}
                        </text>
                        <text x={box.leftPx + 10} y={box.topPx + 31}>
                          {marks[state]} {stateWords[state]}
                        </text>
                      </Link>
                    );
                  })}
                </g>
              </PanZoom>
            </div>
          </Panel>
        );
      }}
    </Answer>
  );
}

const marginPx = 14;
// Letters of a small flow are not larger than those of the page.
const leastWidthPx = 1000;

/** In the colours that lines have. */
function Arrowheads() {
  return (
    <defs>
      {['open', 'completed', 'failed', 'tied'].map((name) => (
        <marker
          key={name}
          id={`arrow-${name}`}
          viewBox="0 0 8 8"
          refX={7}
          refY={4}
          markerWidth={7}
          markerHeight={7}
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path className="flow-arrowhead" data-name={name} d="M0 0.5 L8 4 L0 7.5 Z" />
        </marker>
      ))}
    </defs>
  );
}

// The shape says the same as the colour.
const marks: Readonly<Record<string, string>> = {
  ...{ completed: '✓', failed: '✕', cancelled: '–', running: '▶', retrying: '↻', parked: '‖', waiting: '•', scheduled: '◷', blocked: '…' },
};
const letterPx = 7;
const cut = (text: string, widthPx: number) => {
  const most = Math.floor((widthPx - 20) / letterPx);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};
