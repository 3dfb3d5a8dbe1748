import { pathToFileURL } from 'node:url';
import { quoteLiteral } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { Hook } from './read-hooks.ts';
import type { HookCall } from './types.ts';

const defaultTimeoutMs = 60_000;

/** A hook that is ready to be called. */
export interface HookProgram {
  readonly timeoutMs: number;
  /** Whether it is called on a shadow too. */
  readonly runsDry: boolean;
  run(call: HookCall): Promise<void>;
}

/** @throws PLINTH_MIGRATE_BAD_OPTION */
export async function loadProgram(hook: Hook): Promise<HookProgram> {
  return hook.path.endsWith('.sql') ? sqlProgram(hook) : moduleProgram(hook);
}

/** Options stand in `--!` lines: `timeoutMs: 5000`, `dry-run: yes`. What it is about, it finds in settings `plinth.*`. */
function sqlProgram({ path, text }: Hook): HookProgram {
  let timeoutMs = defaultTimeoutMs;
  let runsDry = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('--!')) break;
    const option = line.slice(3).trim();
    const [, bound] = /^timeoutMs: ([1-9]\d*)$/.exec(option) ?? [];
    if (bound !== undefined) timeoutMs = Number(bound);
    else if (option === 'dry-run: yes') runsDry = true;
    else throw migrateErrors.BAD_OPTION({ path, option, allowed: 'timeoutMs: <number>; dry-run: yes' });
  }
  return {
    timeoutMs,
    runsDry,
    async run({ query, point, runId, tier, tenant = '', migration = '', step, error = '', isDryRun }) {
      const settings = { point, run_id: runId, tier, tenant, migration, step: step ?? '', error, is_dry_run: isDryRun };
      const set = Object.entries(settings).map(([name, value]) => `set local plinth.${name} = ${quoteLiteral(String(value))}`);
      await query(`begin; set local search_path = pg_catalog; ${set.join('; ')};\n${text};commit`);
    },
  };
}

/** `export default async (call: HookCall) => …`; optional: `export const timeoutMs`, `export const runsDry`. */
async function moduleProgram({ path, checksum }: Hook): Promise<HookProgram> {
  const url = pathToFileURL(path);
  // A module is loaded once per address: another text is another program.
  url.search = checksum;
  const { default: run, timeoutMs = defaultTimeoutMs, runsDry = false } = (await import(url.href)) as Readonly<Record<string, unknown>>;
  if (typeof run !== 'function' || typeof timeoutMs !== 'number' || typeof runsDry !== 'boolean') {
    const allowed = 'a default function; timeoutMs: a number; runsDry: a boolean';
    throw migrateErrors.BAD_OPTION({ path, option: 'exports of other kinds', allowed });
  }
  return { timeoutMs, runsDry, run: run as HookProgram['run'] };
}
