import { defineErrors, tiers } from '../../kernel/index.ts';

interface Place {
  readonly path: string;
  readonly line: number;
  /** The line and a caret under the place. */
  readonly excerpt: string;
}

const at = ({ path, line, excerpt }: Place) => `${path}:${line}\n${excerpt}\n`;

const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);

export const migrateErrors = defineErrors('MIGRATE', {
  // Files
  UNREADABLE: { message: (d: { path: string; reason: string }) => `Cannot read ${d.path}: ${d.reason}. Restore the file.` },
  BAD_NAME: {
    message: (d: { path: string; expected: string }) => `${d.path} is not named ${d.expected}. Rename it, or move it out of the folder.`,
  },
  BAD_OPTION: {
    message: (d: { path: string; option: string; allowed: string }) =>
      `${d.path} has the option "${d.option}", but allowed are ${d.allowed}. Correct or remove it.`,
  },
  DUPLICATE: {
    message: (d: { id: string; paths: readonly string[] }) =>
      `Two files claim ${d.id}: ${d.paths.join(' and ')}. Give the one that is not applied anywhere another number or time.`,
  },
  FUTURE: {
    message: (d: { path: string; now: string }) =>
      `The time in the name of ${d.path} lies in the future (now it is ${d.now} UTC). Correct this machine's clock, or rename the folder.`,
  },
  CYCLE: {
    message: (d: { path: readonly string[] }) => `Migrations require each other in a circle: ${d.path.join(' → ')}. Remove one "requires".`,
  },
  MISSING_REQUIREMENT: {
    message: (d: { id: string; requires: string }) =>
      `${d.id} requires ${d.requires}, which is neither here nor applied. Add that file, or correct "requires".`,
  },
  PARSE: { message: (d: Place & { reason: string }) => `${at(d)}${d.reason}. Correct the statement and run again; nothing was started.` },
  META_COMMAND: {
    message: (d: Place & { command: string }) =>
      `${at(d)}${d.command} is a command of psql, not SQL. Put the SQL itself into the file; nothing was started.`,
  },
  COPY_DATA: {
    message: (d: Place) =>
      `${at(d)}COPY … FROM STDIN with data in the file is a format of pg_dump. Write INSERT … VALUES instead; nothing was started.`,
  },
  OWN_TRANSACTION: {
    message: (d: Place) =>
      `${at(d)}The runner opens and commits the transaction, together with the record of it. Remove this statement; nothing was started.`,
  },
  NEEDS_NO_TRANSACTION: {
    message: (d: Place) =>
      `${at(d)}This statement cannot run inside a transaction. Give it a migration of its own with "tx: none"; nothing was started.`,
  },
  UNNAMED_INDEX: {
    message: (d: Place) =>
      `${at(d)}An index that is built concurrently needs a name, so that a rerun can find it. Name it; nothing was started.`,
  },
  UNPROBED: {
    message: (d: Place & { why: string }) =>
      `${at(d)}The migration is probed, and nobody can ask whether this is done: ${d.why}. Write "-- @probe select <one boolean: is it done?>" or "-- @idempotent" on the line before it, or take "probed" out; nothing was started.`,
  },
  NOT_REPEATABLE: {
    message: (d: Place) =>
      `${at(d)}Only views, functions, triggers, policies, row security, grants and comments can be applied again and again. Move this into a migration.`,
  },
  DEFINED_TWICE: {
    message: (d: { object: string; files: readonly string[] }) =>
      `${d.object} is defined in ${d.files.join(' and ')}. Keep one definition.`,
  },
  OBJECTS_CYCLE: {
    message: (d: { path: readonly string[] }) =>
      `Object files need each other in a circle: ${d.path.join(' → ')}. Join them into one file.`,
  },
  // History
  EDITED: {
    message: (d: { id: string; path: string }) =>
      `${d.id} was applied with other statements than ${d.path} has now. Restore the file, and put the change into a new migration.`,
  },
  NEWER_LEDGER: {
    message: (d: { tier: string; names: readonly string[] }) =>
      `The ledger of ${d.tier} was changed by a newer Plinth (${d.names.join(', ')}). Run that version or a later one.`,
  },
  OUT_OF_ORDER: {
    message: (d: { ids: readonly string[] }) =>
      `${d.ids.join(', ')} would come after a later one that is applied, and the order is strict. Rename to a later time, or set migrate.order to "any".`,
  },
  PLAN_DIFFERS: {
    message: (d: { file: string; findings: readonly string[] }) =>
      `The files are not those of ${d.file}: ${d.findings.join('; ')}. Restore them; a change that is meant: "plinth migrate plan --write".`,
  },
  BAD_PLAN_FILE: {
    message: (d: { file: string; line: number }) =>
      `${d.file}:${d.line} is no entry of a plan. After a merge conflict: "plinth migrate rebase".`,
  },
  // Running
  LOCKED: {
    exitCode: 4,
    retryable: true,
    message: (d: { tier: string; holder: string; waitedMs: number }) =>
      `Another run holds the lock of ${d.tier} for ${Math.round(d.waitedMs / 1000)} s: ${d.holder}. Wait for it, or end that process, then "plinth migrate up".`,
  },
  POOLER: {
    exitCode: 4,
    message: (d: { tier: string; reason: string }) =>
      `The connection of ${d.tier} goes through a transaction pooler (${d.reason}). Give the server's own port in the URL of the tier.`,
  },
  BLOCKED: {
    exitCode: 4,
    retryable: true,
    message: (d: { id: string; waitedMs: number; blockers: readonly string[] }) =>
      `${d.id} did not get its lock within ${Math.round(d.waitedMs / 1000)} s; nothing was changed. ${
        d.blockers.length > 0 ? `In the way: ${d.blockers.join('; ')}. End that` : 'Choose a quieter moment'
      }, then "plinth migrate up".`,
  },
  DISK_LOW: {
    exitCode: 4,
    retryable: true,
    httpStatus: 507,
    message: (d: { id: string; step: number; index: string; indexBytes: number; neededBytes: number; freeBytes: number }) =>
      `${d.id} step ${d.step} was not begun: ${d.index} takes about ${megabytes(d.indexBytes)} MB, building it twice that (${megabytes(d.neededBytes)} MB), and the disk of the server has ${megabytes(d.freeBytes)} MB free. Free space, then "plinth migrate up".`,
  },
  FAILED: {
    message: (d: { id: string; place: string; reason: string; remedy: string }) => `${d.id} failed: ${d.reason}\n${d.place}${d.remedy}`,
  },
  VIOLATED: {
    message: (d: { id: string; path: string; count: number; rows: readonly string[] }) =>
      `${d.id} was rolled back: ${d.path} found ${d.count} row(s) that stand in the way:\n${d.rows.join('\n')}\nCorrect the rows, then "plinth migrate up".`,
  },
  INVARIANT: {
    message: (d: { id: string; violations: readonly string[] }) =>
      `${d.id} was rolled back: ${d.violations.join('; ')}. Correct the file, or allow it there with "-- plinth:allow <rule> <object> <reason>"; then "plinth migrate up".`,
  },
  HOOK_FAILED: {
    message: (d: { hook: string; subject: string; reason: string }) =>
      `${d.hook} stopped the run before ${d.subject}: ${d.reason}. Remove the cause, then "plinth migrate up".`,
  },
  NEEDS_REPAIR: {
    exitCode: 5,
    message: (d: { id: string; step: number; statement: string; reason: string }) =>
      `${d.id} step ${d.step} (${d.statement}) was interrupted and cannot be probed: ${d.reason}. Look at the database, then "plinth migrate repair ${d.id} --redo" or "--done".`,
  },
  STEP_CHANGED: {
    exitCode: 5,
    message: (d: { id: string; step: number }) =>
      `${d.id} step ${d.step} is done, but its statement is another one now. Restore it, and put the change into a new migration.`,
  },
  NOT_VERIFIED: {
    message: (d: { id: string; step: number; target: string }) =>
      `${d.id} step ${d.step} ran, but ${d.target} is not what it should be afterwards. Look for another session that works on it, then "plinth migrate up".`,
  },
  BAD_PROBE: {
    message: (d: { id: string; step: number; probe: string }) =>
      `The probe of ${d.id} step ${d.step} does not answer true or false: ${d.probe}. Write a query of one boolean.`,
  },
  OBJECT_DIFFERS: {
    message: (d: { id: string; object: string; expected: string; found: string }) =>
      `${d.id}: ${d.object} exists and is valid, but is not what the file says (expected ${d.expected}, found ${d.found}). Drop or rename it, then "plinth migrate up".`,
  },
  OBJECT_HELD: {
    message: (d: { object: string; dependants: readonly string[] }) =>
      `${d.object} cannot be replaced in place, and these cannot be rebuilt after it: ${d.dependants.join(', ')}. Remove that use in a migration first.`,
  },
  ILLEGAL_MOVE: {
    exitCode: 5,
    message: (d: { id: string; to: string }) =>
      `${d.id} cannot become ${d.to} from the state it has: somebody changed the ledger meanwhile. Look with "plinth migrate status", then "plinth migrate up".`,
  },
  // The way back
  HALF_REVERTED: {
    exitCode: 5,
    message: (d: { id: string }) =>
      `${d.id} was being taken back statement by statement, and that stopped in the middle. End it first: "plinth migrate down --to <the migration before it>".`,
  },
  NO_WAY_BACK: {
    message: (d: { target: string; reasons: readonly string[] }) =>
      `There is no way back to ${d.target}; nothing was started:\n${d.reasons.map((one) => `  ${one}`).join('\n')}\nCorrect what is wrong with a new migration.`,
  },
  WINDOW_CLOSED: {
    exitCode: 4,
    message: (d: { declared: string }) =>
      `Schema of a server that others use is taken back only inside a declared window; ${d.declared}. Declare one of at most 24 h: --window 2026-01-31T22:00Z/2026-02-01T02:00Z, or migrate.downWindow.`,
  },
  BAD_WINDOW: {
    exitCode: 2,
    message: (d: { window: string }) =>
      `"${d.window}" is no window. Write its start and end, at most 24 h apart: 2026-01-31T22:00Z/2026-02-01T02:00Z.`,
  },
  HALF_SQUASHED: {
    exitCode: 4,
    message: (d: { id: string; missing: readonly string[]; count: number }) =>
      `${d.id} stands for ${d.count} migrations, of which ${d.missing.length} are not applied here: ${d.missing.slice(0, 5).join(', ')}. Nothing was changed. Run "plinth migrate up" with the files of the release before it, then with these.`,
  },
  ALREADY_SQUASHED: {
    exitCode: 4,
    message: (d: { id: string }) =>
      `Another migration stands for ${d.id} in this database: it was brought here by later files than these. Deploy those, or a later release.`,
  },
  // Commands
  BAD_RELEASE: {
    exitCode: 2,
    message: (d: { name: string; reason: string }) =>
      `"${d.name}" ${d.reason}. Give the release a name of its own from letters, digits and . _ + -, such as 2026.1.`,
  },
  UNKNOWN_TARGET: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { target: string }) =>
      `"${d.target}" is neither a migration that is applied, nor a release, nor a source. Write source/name or a release to keep it and take back all after it, or a source alone for all of it.`,
  },
  UNKNOWN_MIGRATION: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { id: string }) => `There is no migration ${d.id}. "plinth migrate status" lists them as source/name.`,
  },
  NOT_IN_REPAIR: {
    exitCode: 2,
    message: (d: { id: string; state: string }) => `${d.id} is ${d.state}, there is nothing to repair.`,
  },
  PROBE_DISAGREES: {
    exitCode: 5,
    message: (d: { id: string; step: number; verdict: string; answer: string }) =>
      `The probe of ${d.id} step ${d.step} says ${d.answer}, so it cannot be settled as "${d.verdict}". Look at the database and choose again.`,
  },
  BAD_TIER: {
    exitCode: 2,
    message: (d: { tier: string }) => `"${d.tier}" is no tier. Tiers are ${tiers.join(', ')}.`,
  },
  NO_VERDICT: {
    exitCode: 2,
    message: () => 'Say what is the case: --redo (it has not happened, run it again) or --done (it has happened).',
  },
  NO_PRODUCT: {
    exitCode: 2,
    message: () =>
      'This platform has no product with migrations of its own. Give plinth.config.ts a product whose manifest names a folder.',
  },
  NO_BASE: {
    exitCode: 2,
    message: (d: { base: string; dir: string; reason: string }) =>
      `git does not know ${d.base} in ${d.dir} (${d.reason.trim()}). Fetch it first, e.g. "git fetch origin main", with the whole history.`,
  },
  UNKNOWN_PIPELINE: {
    exitCode: 2,
    message: (d: { action: string }) =>
      `"${d.action}" is nothing "migrate ci" does. Leave it out to run the checks, or write the workflow with "plinth migrate ci init --github".`,
  },
  PIPELINE_EXISTS: {
    exitCode: 2,
    message: (d: { path: string }) => `${d.path} is there already and is not overwritten. Move it away, then write it again.`,
  },
  NO_SHADOW: {
    message: () =>
      'Nothing can be tried here beforehand: this runner was opened without a way to start a throwaway server. Give openMigrate `throwaway`.',
  },
  BAD_SLUG: {
    exitCode: 2,
    message: (d: { slug: string }) =>
      `"${d.slug}" is no name for a migration: use lower-case words joined by "_", such as add_invoice_index.`,
  },
});
