import type { CapabilityVerdict, ServerProbe } from './types.ts';

/** The settings that verdicts and pages are made of. */
export const probedSettings = [
  'autovacuum',
  'archive_mode',
  'data_checksums',
  'default_toast_compression',
  'fsync',
  'full_page_writes',
  'io_method',
  'max_connections',
  'max_replication_slots',
  'max_slot_wal_keep_size',
  'max_wal_senders',
  'server_encoding',
  'shared_buffers',
  'shared_preload_libraries',
  'ssl',
  'synchronous_commit',
  'track_io_timing',
  'wal_level',
] as const;

type Facts = Omit<ServerProbe, 'verdicts'>;
type Judgement = Omit<CapabilityVerdict, 'capability'>;

const works: Judgement = { verdict: 'works', because: '' };
const worksWith = (because: string): Judgement => ({ verdict: 'works with', because });
const notHere = (because: string): Judgement => ({ verdict: 'not here', because });

// One question per line, answered from facts of the probe alone; never from a version number.
const questions: readonly (readonly [capability: string, judge: (facts: Facts) => Judgement])[] = [
  ['writes', (f) => (f.isInRecovery ? notHere('this server is a standby: attach the primary') : works)],
  ['tenant isolation', tenantIsolation],
  [
    'roles of our own',
    (f) => (f.privileges.canCreateRole ? works : worksWith('roles made by an administrator: our role may not create any')),
  ],
  ['durable commits', durability],
  [
    'damage detection',
    (f) =>
      f.settings.data_checksums === 'on' ? works : notHere('data checksums are off: pg_checksums --enable while the server is stopped'),
  ],
  [
    'text of all languages',
    (f) => (f.settings.server_encoding === 'UTF8' ? works : notHere(`the database is ${f.settings.server_encoding}, not UTF8`)),
  ],
  ['session features', (f) => (f.pooler ? worksWith(`a direct URL for LISTEN and advisory locks: ${f.pooler}`) : works)],
  ['fuzzy and partial search', extension('pg_trgm')],
  ['vector search', extension('vector')],
  ['statement statistics', preloaded('pg_stat_statements')],
  ['change capture', changeCapture],
  ['replicas', replicas],
  ['continuous archiving', (f) => (f.settings.archive_mode === 'off' ? worksWith('archive_mode = on and a restart') : works)],
  ['asynchronous reads', (f) => (f.settings.io_method === undefined ? notHere('this server has no io_method') : works)],
  ['time of disk reads', (f) => (f.settings.track_io_timing === 'on' ? works : worksWith('track_io_timing = on'))],
  ['encrypted connections', (f) => (f.settings.ssl === 'on' ? works : worksWith('ssl = on and a certificate; a Unix socket needs none'))],
];

/** What the probed server can do for us, one line per capability. */
export function judge(facts: Facts): readonly CapabilityVerdict[] {
  return questions.map(([capability, decide]) => ({ capability, ...decide(facts) }));
}

function tenantIsolation({ privileges }: Facts): Judgement {
  if (privileges.isSuperuser || privileges.canCreateRole) return works;
  return worksWith('a separate role for the application without BYPASSRLS, made by an administrator');
}

function durability({ settings }: Facts): Judgement {
  if (settings.fsync === 'off') return notHere('fsync is off: a crash of the machine can destroy everything');
  if (settings.full_page_writes === 'off') return notHere('full_page_writes is off: a crash of the machine can tear pages');
  if (settings.synchronous_commit === 'off') return notHere('synchronous_commit is off: a crash loses the last commits');
  return works;
}

function changeCapture({ settings, privileges }: Facts): Judgement {
  if (settings.wal_level !== 'logical') return worksWith(`wal_level = logical and a restart (it is ${settings.wal_level})`);
  if (!privileges.canReplicate) return worksWith('the REPLICATION attribute for our role');
  return Number(settings.max_replication_slots) > 0 ? works : worksWith('max_replication_slots above 0 and a restart');
}

function replicas({ settings, privileges, managedBy }: Facts): Judgement {
  if (managedBy) return worksWith(`the replicas of ${managedBy}: a managed service makes its own`);
  if (settings.wal_level === 'minimal') return worksWith('wal_level = replica and a restart');
  if (Number(settings.max_wal_senders) === 0) return worksWith('max_wal_senders above 0 and a restart');
  return privileges.canReplicate ? works : worksWith('the REPLICATION attribute for our role');
}

function extension(name: string): (facts: Facts) => Judgement {
  return ({ extensions }) => {
    const found = extensions.find((known) => known.name === name);
    if (!found) return notHere(`the extension ${name} is not on this server`);
    return found.installedVersion ? works : worksWith(`create extension ${name} (${found.availableVersion} is there)`);
  };
}

function preloaded(name: string): (facts: Facts) => Judgement {
  return (facts) => {
    const found = facts.extensions.find((known) => known.name === name);
    if (!found) return notHere(`the extension ${name} is not on this server`);
    if (!found.isPreloaded) return worksWith(`shared_preload_libraries = '${name}' and a restart`);
    return extension(name)(facts);
  };
}
