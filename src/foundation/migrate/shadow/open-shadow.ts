import { createEventBus, withDefaults } from '../../../kernel/index.ts';
import type { Server } from '../../cluster/index.ts';
import { connectOptions, openConnect } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import type { SourceFiles } from '../model/migration.ts';
import type { RunReport } from '../model/types.ts';
import { openContext } from '../open-context.ts';
import { up } from '../up.ts';

/** A server of one's own with the platform's roles and the four empty databases, and a runner on it over the same files. */
export interface Shadow extends AsyncDisposable {
  /** The runner's context, connected to the shadow. */
  readonly context: Context;
  /**
   * Applies the selected files, by default all; may be called again with more. The plan files are held against all files,
   * selected or not.
   */
  up(select?: (files: SourceFiles[]) => SourceFiles[]): Promise<RunReport>;
}

export interface ShadowRequest {
  readonly signal?: AbortSignal;
  /** Gives the server to work on, which goes with the shadow; default: an empty throwaway one. */
  readonly start?: () => Promise<Server>;
}

/**
 * Starts a shadow: one to two seconds, one server. Nothing of the real databases is touched or copied.
 *
 * @throws PLINTH_MIGRATE_NO_SHADOW, PLINTH_CLUSTER_* when no server can be started here
 */
export async function openShadow(context: Context, request: ShadowRequest = {}): Promise<Shadow> {
  const { clock, log } = context;
  request.signal?.throwIfAborted();
  const start = request.start ?? context.throwaway;
  if (!start) throw migrateErrors.NO_SHADOW();
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await start());
  const roles = await context.shadowRoles?.()?.(server);
  const deps = { clock, log, events: createEventBus(), endpoint: server.endpoint, ...(roles && { credentials: () => roles }) };
  const connect = cleanup.use(await openConnect(deps, withDefaults(connectOptions)));
  const shadow = openContext({ ...context, connect, isDryRun: true, administrative: server.endpoint }, context.options);
  const held = cleanup.move();
  return {
    context: shadow,
    up: (select) => up(shadow, { ...(request.signal && { signal: request.signal }) }, select),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
