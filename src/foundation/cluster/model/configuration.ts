/** What our own server's settings are derived from. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly disk: 'solid' | 'spinning';
  readonly workload: Workload;
  readonly majorVersion: number;
  /** Loadable modules that the binaries have, without suffix. */
  readonly modules: readonly string[];
}

/** `development` stays small when idle; the others take the machine for themselves. */
export type Workload = 'development' | 'transactions' | 'mixed' | 'analytics';

export interface Setting {
  readonly name: string;
  /** As it stands in the file, without quotes. */
  readonly value: string;
  readonly reason: string;
}

const mebibyte = 1024 * 1024;
const megabytes = (bytes: number) => `${Math.max(1, Math.floor(bytes / mebibyte))}MB`;
const between = (low: number, value: number, high: number) => Math.min(high, Math.max(low, Math.floor(value)));

/** The start values of our own server, each with its reason. `advisor` refines them from what it measures. */
export function configurationFor(machine: Machine): readonly Setting[] {
  return [
    ...memory(machine),
    ...writeAheadLog(machine),
    ...parallelism(machine),
    ...inputOutput(machine),
    ...upkeep(machine),
    ...insight(machine),
  ];
}

const careless = 'The data go with the process that started this server: nobody waits for the disk';

/** What a throwaway server has besides. */
export const withoutDurability: readonly Setting[] = ['fsync', 'synchronous_commit', 'full_page_writes'].map((name) => ({
  name,
  value: 'off',
  reason: careless,
}));

/** `plinth.conf` as text. What encrypts stands in a file of its own, beside the certificates. */
export function renderConfiguration(settings: readonly Setting[]): string {
  return `# Written by Plinth at each start: do not edit. To overrule a value, set it in postgresql.conf below the include line.\n\n${renderSettings(settings)}\ninclude_if_exists = 'tls/server.conf'\n`;
}

/** Settings as lines of a configuration file, each below its reason. */
export function renderSettings(settings: readonly Setting[]): string {
  return settings.map(({ name, value, reason }) => `# ${reason}\n${name} = '${value.replaceAll("'", "''")}'\n`).join('\n');
}

function memory({ memoryBytes, workload }: Machine): readonly Setting[] {
  if (workload === 'development') {
    return [
      {
        name: 'max_connections',
        value: '200',
        reason: 'Four tiers with a pool per priority, and room for tools; an idle slot costs a few kB',
      },
      { name: 'shared_buffers', value: '64MB', reason: 'Development data fit; the operating system caches the rest' },
      { name: 'work_mem', value: '8MB', reason: 'Twice the default, so that sorts of test data stay in memory' },
    ];
  }
  const connections = workload === 'analytics' ? 100 : 200;
  const workShare = { transactions: 0.1, mixed: 0.15, analytics: 0.4 }[workload];
  const buffers = between(128 * mebibyte, memoryBytes / 4, 40 * 1024 * mebibyte);
  return [
    {
      name: 'max_connections',
      value: String(connections),
      reason: 'Pools bound the sessions in use; more backends than that only queue inside the server',
    },
    {
      name: 'shared_buffers',
      value: megabytes(buffers),
      reason: 'A quarter of memory: beyond it the second copy in the file cache costs more than it gains',
    },
    {
      name: 'effective_cache_size',
      value: megabytes(memoryBytes * 0.7),
      reason: 'What both caches together can hold; tells the planner that index reads are mostly from memory',
    },
    {
      name: 'work_mem',
      value: megabytes(between(4 * mebibyte, (memoryBytes * workShare) / (connections / 4), 1024 * mebibyte)),
      reason: `${Math.round(workShare * 100)} % of memory over a quarter of the sessions sorting at once`,
    },
    {
      name: 'maintenance_work_mem',
      value: megabytes(between(64 * mebibyte, memoryBytes / 16, 2048 * mebibyte)),
      reason: 'A sixteenth of memory: index builds and vacuum in one pass',
    },
    { name: 'huge_pages', value: 'try', reason: 'Fewer page-table entries for shared buffers where the system offers them' },
  ];
}

function writeAheadLog({ workload, disk }: Machine): readonly Setting[] {
  const maximum = { development: '512MB', transactions: '8GB', mixed: '8GB', analytics: '16GB' }[workload];
  const minimum = { development: '80MB', transactions: '2GB', mixed: '2GB', analytics: '4GB' }[workload];
  return [
    { name: 'wal_level', value: 'logical', reason: 'Change capture and replicas need it, and changing it later needs a restart' },
    { name: 'max_wal_size', value: maximum, reason: 'Checkpoints come by time, not by volume, in normal load' },
    { name: 'min_wal_size', value: minimum, reason: 'Segments are recycled instead of made anew' },
    { name: 'checkpoint_timeout', value: '15min', reason: 'Fewer full-page images; recovery after a crash stays within a few minutes' },
    {
      name: 'wal_compression',
      value: 'pglz',
      reason:
        disk === 'spinning'
          ? 'A slow disk: full-page images shrink to a third'
          : 'Full-page images shrink to a third; the bundle has no LZ4',
    },
    {
      name: 'max_slot_wal_keep_size',
      value: workload === 'development' ? '1GB' : '32GB',
      reason: 'A consumer that is gone must not fill the disk',
    },
  ];
}

function parallelism({ cores, workload }: Machine): readonly Setting[] {
  const perGather =
    workload === 'analytics' ? between(2, cores / 2, 16) : workload === 'mixed' ? between(1, cores / 4, 4) : between(0, cores / 8, 2);
  return [
    { name: 'max_worker_processes', value: String(Math.max(8, cores + 4)), reason: 'One per core and some for background work' },
    { name: 'max_parallel_workers', value: String(Math.max(2, cores)), reason: 'No more than there are cores' },
    {
      name: 'max_parallel_workers_per_gather',
      value: String(perGather),
      reason:
        workload === 'analytics'
          ? 'Large scans may take half of the cores'
          : 'Short statements lose more by starting workers than they gain',
    },
    { name: 'jit', value: 'off', reason: 'Compiling costs more than short statements take; the bundle has no LLVM' },
  ];
}

function inputOutput({ majorVersion, disk, workload, cores }: Machine): readonly Setting[] {
  const settings: Setting[] = [
    {
      name: 'random_page_cost',
      value: disk === 'solid' ? '1.1' : '4',
      reason: disk === 'solid' ? 'A solid disk reads at random nearly as fast as in order' : 'A spinning disk pays for each seek',
    },
    {
      name: 'effective_io_concurrency',
      value: disk === 'solid' ? '64' : '4',
      reason: disk === 'solid' ? 'Requests a solid disk can have in flight' : 'A spinning disk serves few requests at once',
    },
  ];
  if (majorVersion >= 18) {
    const workers = workload === 'development' ? 2 : between(3, cores / 4, 32);
    settings.push({
      name: 'io_workers',
      value: String(workers),
      reason: workload === 'development' ? 'Few processes while idle' : 'A quarter of the cores read ahead',
    });
  }
  return settings;
}

function upkeep({ workload }: Machine): readonly Setting[] {
  const isSmall = workload === 'development';
  return [
    { name: 'autovacuum_max_workers', value: isSmall ? '2' : '4', reason: 'Large tables must not make small, busy ones wait' },
    {
      name: 'autovacuum_naptime',
      value: isSmall ? '60s' : '15s',
      reason: isSmall ? 'Four idle databases need no attention' : 'Queue tables grow dead rows within seconds',
    },
    {
      name: 'autovacuum_vacuum_cost_limit',
      value: isSmall ? '200' : '2000',
      reason: isSmall ? 'The default' : 'Vacuum has to keep up with the writers of this machine',
    },
    { name: 'idle_in_transaction_session_timeout', value: '5min', reason: 'A forgotten transaction holds back vacuum everywhere' },
    { name: 'TimeZone', value: 'UTC', reason: 'The same rendering on every machine' },
  ];
}

function insight({ modules, majorVersion }: Machine): readonly Setting[] {
  const preloaded = ['pg_stat_statements'].filter((name) => modules.includes(name));
  return [
    {
      name: 'shared_preload_libraries',
      value: preloaded.join(','),
      reason: 'Statement statistics can only be loaded at start; only what these binaries have',
    },
    { name: 'track_io_timing', value: 'on', reason: 'Tells waiting for the disk from work; costs nothing measurable on current clocks' },
    { name: 'track_functions', value: 'pl', reason: 'Row security calls functions; their time should be seen' },
    { name: 'log_lock_waits', value: 'on', reason: 'Who waits a second for a lock should be found in the log' },
    { name: 'log_autovacuum_min_duration', value: '10s', reason: 'A slow vacuum is the first sign of a table that needs care' },
    { name: 'log_timezone', value: 'UTC', reason: 'One clock for all logs' },
    // The address comes before what a visitor chooses: nobody can write a line in another's name.
    { name: 'log_line_prefix', value: '%m [%p] %q%h %u@%d %a ', reason: 'Time, process, address, user, database and the tag of the work' },
    // Newer servers can leave out what comes before a session is let in.
    {
      name: 'log_connections',
      value: majorVersion >= 18 ? 'authorization' : 'on',
      reason: 'Who was let in, and how; pools make it few lines',
    },
    { name: 'log_disconnections', value: 'on', reason: 'How long they stayed' },
    { name: 'log_parameter_max_length', value: '0', reason: 'Values of parameters belong to tenants, not into a log' },
  ];
}
