import type { RehearsedStatement } from '../../../../src/foundation/migrate/index.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatMs } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';

export const resultTones: Readonly<Record<RehearsedStatement['result'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  'not rehearsed': 'warn',
};

/** What each statement locked and did when it was tried. */
export function Statements({ statements }: { statements: readonly RehearsedStatement[] }) {
  return (
    <PlainTable label="Statements as measured" heads={['Line', 'Statement', 'Result', 'Locks', 'Effects', { text: 'Took', align: 'end' }]}>
      {statements.map((one) => (
        <tr key={one.number}>
          <td>{one.line}</td>
          <td>
            <code>{one.sql}</code>
          </td>
          <td>
            <Badge tone={resultTones[one.result]}>{one.result}</Badge>
          </td>
          <td>
            {one.locks
              .filter(({ mode }) => mode !== 'ACCESS SHARE')
              .map(({ relation, mode }) => (
                <div key={`${relation} ${mode}`}>
                  <code>{relation}</code> {mode.toLowerCase()}
                </div>
              ))}
          </td>
          <td>
            {effectsOf(one).map((effect) => (
              <div key={effect}>{effect}</div>
            ))}
          </td>
          <td data-align="end">{formatMs(one.durationMs)}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

function effectsOf({ rewrites, scans, indexBuilds, because }: RehearsedStatement): string[] {
  return [
    ...rewrites.map((table) => `rewrites ${table}`),
    ...scans.map((table) => `reads all of ${table}`),
    ...indexBuilds.map(({ index, table }) => `builds ${index} on ${table}`),
    ...(because ? [because] : []),
  ];
}
