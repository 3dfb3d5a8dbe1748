import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { DeploymentFigures } from './types.ts';

const days = Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650, description: 'How far back; default 91.' }));

export const deploymentsCommands: readonly CommandDescriptor[] = [
  {
    name: 'migrate deployments',
    summary: 'How often, how fast and how well this environment is deployed to.',
    description:
      'Frequency, lead time, change failure rate and time to restore, with durations, lock waits and retries, from the ledgers of this environment. Lead time is from the commit that added a migration, where git knows it.',
    needs: 'server',
    flags: Type.Object({ days }),
    async run({ flags, use }) {
      const figures = await use<Migrate>('migrate').deployments.figures(flags);
      return { data: figures, table: { columns: ['figure', 'value'], rows: rowsOf(figures) } };
    },
  },
];

export const deploymentsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/deployments',
    summary: 'How often, how fast and how well this environment is deployed to, week by week.',
    role: 'viewer',
    query: Type.Object({ days }),
    handler: async ({ query, use }) => ({ figures: await use<Migrate>('migrate').deployments.figures(query) }),
  },
];

function rowsOf(figures: DeploymentFigures): (string | number)[][] {
  const { changeFailureRate: rate, leadTimesUnknown } = figures;
  const unknown = leadTimesUnknown > 0 ? ` (${leadTimesUnknown} migration(s) unknown to git)` : '';
  return [
    ['environment', figures.environment],
    ['days', figures.days],
    ['deployments', figures.deployments],
    ['per week', figures.perWeek.toFixed(1)],
    ['lead time, median', `${inWords(figures.leadTimeMs)}${unknown}`],
    ['change failure rate', rate === undefined ? 'nothing deployed' : `${Math.round(rate * 100)} % (${figures.failed})`],
    ['time to restore, median', `${inWords(figures.restoreMs)}${figures.isBroken ? ' (the latest failure is not made good yet)' : ''}`],
    ['duration, median', inWords(figures.durationMs)],
    ['lock wait, in all', inWords(figures.lockWaitMs)],
    ['begun again', figures.retries],
  ];
}

function inWords(ms: number | undefined): string {
  if (ms === undefined) return 'not known';
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  if (ms < 3_600_000) return `${Math.round(ms / 1000)} s`;
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} days`;
}
