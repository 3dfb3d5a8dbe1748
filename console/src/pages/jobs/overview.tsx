import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { flowQuery, promiseQuery } from '../../api/job-queries.ts';
import { useMayAct } from '../../parts/action.tsx';
import { Panel } from '../../parts/page.tsx';
import { Answer, Loading } from '../../parts/states.tsx';
import { FlowPicture } from './flow-picture.tsx';
import { Heat } from './heat.tsx';
import { PromiseLine } from './promise-line.tsx';
import { WaitingTenants } from './waiting-tenants.tsx';

const Throughput = lazy(() => import('./throughput.tsx'));

/** Whether the promise is held, where jobs are, who waits and why. */
export function Overview() {
  const promise = useQuery(promiseQuery);
  const flow = useQuery(flowQuery);
  const mayAct = useMayAct();
  return (
    <Answer query={promise} lines={8}>
      {(report) => (
        <>
          <PromiseLine report={report} />
          <Answer query={flow} lines={4}>
            {(figures) => <FlowPicture flow={figures} report={report} />}
          </Answer>
          <Panel title="Waits against target" note="The longest wait of each queue and band, now">
            <Heat report={report} />
          </Panel>
          {flow.data && (
            <Panel title="Throughput" note="Jobs by minute, last hour">
              <Suspense fallback={<Loading lines={4} />}>
                <Throughput flow={flow.data} />
              </Suspense>
            </Panel>
          )}
          {mayAct && <WaitingTenants report={report} />}
        </>
      )}
    </Answer>
  );
}
