import { type RouteDescriptor, type RouteRequest, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Schedule, ScheduleKey } from '../model/types.ts';

const query = Type.Object({ tenant: Type.Optional(Type.String({ description: 'Slug or id; default: the platform' })) });

async function keyOf(request: RouteRequest): Promise<ScheduleKey> {
  const { tenant } = request.query;
  const name = request.params.name ?? '';
  return typeof tenant === 'string' ? { name, tenantId: (await request.use<Tenancy>('tenancy').find(tenant)).id } : { name };
}

const action = (word: string, summary: string, act: (schedule: Schedule, key: ScheduleKey) => Promise<unknown>): RouteDescriptor => ({
  method: 'POST',
  path: `/schedule/jobs/:name/${word}`,
  summary,
  role: 'operator',
  query,
  handler: async (request) => act(request.use<Schedule>('schedule'), await keyOf(request)),
});

export const scheduleRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/schedule/jobs',
    summary: 'Schedules, how they stand and when they fire next',
    role: 'viewer',
    // What a job is given may be a tenant's, and this shows those of all.
    handler: async (request) => (await request.use<Schedule>('schedule').list()).map(({ payload, ...shown }) => shown),
  },
  {
    method: 'GET',
    path: '/schedule/jobs/:name/preview',
    summary: 'The next times of a schedule, in UTC and on the wall of its zone',
    role: 'viewer',
    query: Type.Object({ ...query.properties, count: Type.Integer({ default: 10, minimum: 1, maximum: 1_000 }) }),
    async handler(request) {
      const schedule = request.use<Schedule>('schedule');
      const { cron, zone } = await schedule.get(await keyOf(request));
      return schedule.preview({ cron, zone, count: Number(request.query.count) });
    },
  },
  {
    method: 'GET',
    path: '/schedule/runs',
    summary: 'What became of the times of a schedule, or of all, latest first',
    role: 'viewer',
    query: Type.Object({
      ...query.properties,
      name: Type.Optional(Type.String()),
      limit: Type.Integer({ default: 100, minimum: 1, maximum: 1_000 }),
    }),
    async handler(request) {
      const { name, limit } = request.query;
      const { tenantId } = await keyOf(request);
      const filter = { ...(typeof name === 'string' && { name }), ...(tenantId !== undefined && { tenantId }) };
      return request.use<Schedule>('schedule').history({ ...filter, limit: Number(limit) });
    },
  },
  {
    method: 'GET',
    path: '/schedule/runs/:job',
    summary: 'The time of a schedule that a job was enqueued for; null where none did',
    role: 'viewer',
    handler: async (request) => ({ run: (await request.use<Schedule>('schedule').runOf(request.params.job ?? '')) ?? null }),
  },
  {
    method: 'GET',
    path: '/schedule/mirror',
    summary: 'Schedules of SQL and what pg_cron has of them; jobs of pg_cron that are not of Plinth',
    role: 'viewer',
    handler: (request) => request.use<Schedule>('schedule').mirror(),
  },
  {
    method: 'GET',
    path: '/schedule/calendar',
    summary: 'The last 24 hours of all schedules and the days that come',
    role: 'viewer',
    query: Type.Object({ days: Type.Integer({ default: 7, minimum: 1, maximum: 31 }) }),
    handler: (request) => request.use<Schedule>('schedule').calendar(Number(request.query.days)),
  },
  action('run', 'Fires a schedule now, beside its timetable', (schedule, key) => schedule.run(key)),
  action('enable', 'Lets a schedule fire again, from now on', (schedule, key) => schedule.enable(key, true)),
  action('disable', 'Lets a schedule rest', (schedule, key) => schedule.enable(key, false)),
];
