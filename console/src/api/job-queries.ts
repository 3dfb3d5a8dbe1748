import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AlertEntry,
  AlertRuleEntry,
  BatchDetails,
  BatchInfo,
  DeadGroup,
  Effect,
  Flow,
  FlowDrawing,
  JobDetails,
  JobPage,
  LetterPage,
  PoolEntry,
  PromiseReport,
  Tenants,
  TypeInfo,
  WorkerEntry,
  WorkerInfo,
} from '../../../src/data/queue/index.ts';
import type { Calendar, Occurrence, ScheduledJob, ScheduleRun } from '../../../src/data/schedule/index.ts';
import { request } from './client.ts';
import type { Json } from './json.ts';
import { get, search } from './queries.ts';

export type ShownWorker = Json<WorkerInfo> & { readonly performance?: Json<WorkerEntry>['performance'] };
export type ShownJob = Json<JobDetails> & { readonly effects: readonly Json<Effect>[] };

export const flowQuery = get<Json<Flow>>('/queue/flow');
export const promiseQuery = get<Json<Omit<PromiseReport, 'starving'>>>('/queue/promise');
export const waitingTenantsQuery = get<Json<Tenants>>('/queue/tenants');
export const jobTypesQuery = get<{ types: readonly Json<TypeInfo>[] }>('/queue/types');
export const workersQuery = get<{ workers: readonly ShownWorker[] }>('/queue/workers');
export const workerPoolsQuery = get<{ pools: readonly Json<PoolEntry>[] }>('/queue/pools');
export const alertsQuery = get<{ alerts: readonly Json<AlertEntry>[] }>('/queue/alerts');
export const alertRulesQuery = get<{ rules: readonly Json<AlertRuleEntry>[] }>('/queue/alert-rules');
export const deadGroupsQuery = get<{ groups: readonly Json<DeadGroup>[] }>('/queue/dead/groups');

export type JobSearch = Readonly<Record<'tenant' | 'queue' | 'type' | 'state' | 'since' | 'until', string | undefined>>;

export const jobsQuery = (filter: JobSearch) =>
  infiniteQueryOptions({
    queryKey: ['/queue/jobs', filter],
    queryFn: ({ pageParam, signal }) =>
      request<Json<JobPage>>(`/queue/jobs${search({ ...filter, before: pageParam, limit: '100' })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const jobQuery = (id: string, tenant: string | undefined) =>
  get<ShownJob>(`/queue/jobs/${encodeURIComponent(id)}${search({ tenant })}`);

export type ShownBatch = Json<BatchInfo>;
export const batchesQuery = (filter: { readonly tenant: string | undefined; readonly state: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['/queue/batches', filter],
    queryFn: ({ pageParam, signal }) =>
      request<{ batches: readonly ShownBatch[]; next?: string }>(`/queue/batches${search({ ...filter, before: pageParam, limit: '50' })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

const batchPath = (id: string) => `/queue/batches/${encodeURIComponent(id)}`;
export const batchQuery = (id: string, tenant: string | undefined) => get<Json<BatchDetails>>(`${batchPath(id)}${search({ tenant })}`);
/** Where its steps stand depends on how many there are alone: asked again when some were added. */
export const drawingQuery = (id: string, tenant: string | undefined, steps: number) =>
  queryOptions({
    queryKey: [`${batchPath(id)}/drawing`, tenant, steps],
    queryFn: ({ signal }) => request<{ drawing: FlowDrawing | null }>(`${batchPath(id)}/drawing${search({ tenant })}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const lettersQuery = (filter: { readonly tenant: string | undefined; readonly signature: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['/queue/dead', filter],
    queryFn: ({ pageParam, signal }) =>
      request<Json<LetterPage>>(`/queue/dead${search({ ...filter, before: pageParam, limit: '100' })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const schedulesQuery = get<readonly Json<Omit<ScheduledJob, 'payload'>>[]>('/schedule/jobs');
/** Asked each minute: it moves as slowly as the hours do. */
export const calendarQuery = queryOptions({ ...get<Json<Calendar>>('/schedule/calendar'), refetchInterval: 60_000 });
export const previewQuery = (name: string, tenant: string | undefined) =>
  get<readonly Json<Occurrence>[]>(`/schedule/jobs/${encodeURIComponent(name)}/preview${search({ tenant, count: '8' })}`);
export const scheduleRunsQuery = (name: string, tenant: string | undefined) =>
  get<readonly Json<ScheduleRun>[]>(`/schedule/runs${search({ name, tenant, limit: '20' })}`);
/** The occurrence that a job is for; it does not change. */
export const scheduleRunOfQuery = (jobId: string) =>
  queryOptions({
    ...get<{ run: Json<ScheduleRun> | null }>(`/schedule/runs/${encodeURIComponent(jobId)}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
