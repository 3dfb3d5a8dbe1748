import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { DiagramLayout } from '../../../../src/foundation/migrate/index.ts';
import { diagramQuery } from '../../api/queries.ts';
import { type Tier, tiers } from '../../api/types.ts';
import { Icon } from '../../parts/icon.tsx';
import { PanZoom } from '../../parts/pan-zoom.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import './diagram.css';

/** Tables and keys of a tier. Pointing at a table shows what it is tied to; a table leads to its page. */
export function Diagram() {
  const [tier, setTier] = useState<Tier>('oltp');
  const query = useQuery(diagramQuery(tier));
  const choice = (
    <label className="choice">
      <span className="choice-label">Tier</span>
      <select value={tier} onChange={(event) => setTier(event.target.value as Tier)}>
        {tiers.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Answer query={query} lines={10}>
      {(data) =>
        data.tables.length === 0 ? (
          <>
            <div className="list-tools">{choice}</div>
            <Empty title={`No tables in ${tier} yet`} />
          </>
        ) : (
          // A new drawing for a new tier: its own size, seen whole.
          <Drawing key={tier} tier={tier} layout={data} choice={choice} />
        )
      }
    </Answer>
  );
}

function Drawing({ tier, layout, choice }: { tier: Tier; layout: DiagramLayout; choice: ReactNode }) {
  const [text, setText] = useState('');
  const [pointed, setPointed] = useState<string>();
  const tied = new Set(layout.keys.filter(({ from, to }) => from === pointed || to === pointed).flatMap(({ from, to }) => [from, to]));
  const isDimmed = (name: string) => (pointed ? name !== pointed && !tied.has(name) : text !== '' && !name.includes(text));
  const tools = (
    <>
      {choice}
      <label className="search">
        <Icon name="search" />
        <span className="hidden">Find a table</span>
        <input type="search" placeholder="Find a table" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
    </>
  );
  return (
    <PanZoom label={`Tables of ${tier} and their keys`} widthPx={layout.widthPx} heightPx={layout.heightPx} tools={tools}>
      {layout.schemas.map((box) => (
        <g key={box.name} className="diagram-schema">
          <rect x={box.leftPx} y={box.topPx} width={box.widthPx} height={box.heightPx} rx={6} />
          <text x={box.leftPx + 8} y={box.topPx + 14}>
            {box.name}
          </text>
        </g>
      ))}
      {layout.keys.map((key) => (
        <path
          key={`${key.from} ${key.columns} ${key.to}`}
          className="diagram-key"
          d={key.path}
          data-optional={key.isOptional}
          data-pointed={pointed === key.from || pointed === key.to}
        >
          <title>{`${key.from} (${key.columns}) → ${key.to}`}</title>
        </path>
      ))}
      {layout.tables.map((box) => {
        const [schema = '', table = ''] = box.name.split('.');
        return (
          <Link key={box.name} to="/tables/$tier/$schema/$table" params={{ tier, schema, table }} search={{}} className="diagram-link">
            <g
              className="diagram-table"
              data-dimmed={isDimmed(box.name)}
              onPointerEnter={() => setPointed(box.name)}
              onPointerLeave={() => setPointed(undefined)}
            >
              <rect x={box.leftPx} y={box.topPx} width={box.widthPx} height={box.heightPx} rx={3} />
              <text x={box.leftPx + 8} y={box.topPx + 13} className="diagram-name">
                {table}
              </text>
              {box.lines.map((line, index) => (
                <text key={line} x={box.leftPx + 8} y={box.topPx + 29 + index * 12}>
                  {line}
                </text>
              ))}
            </g>
          </Link>
        );
      })}
    </PanZoom>
  );
}
