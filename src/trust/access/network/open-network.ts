import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { asAudited, type Executor, messageOf } from '../../../kernel/index.ts';
import { type AccessContext, type Declared, declaredIn, placesOf } from '../context.ts';
import { accessErrors } from '../errors.ts';
import { connectTo } from '../servers.ts';
import { lockServer } from '../statements.ts';
import { guidanceFor } from './model/guidance.ts';
import { hbaLines, lineFor, renderHba, type Visitor } from './model/hba.ts';
import type { Network, NetworkRules } from './model/types.ts';
import { replaceForNow } from './replace-file.ts';
import { findHbaFile, listAdministrators, listHbaErrors, readLoadTime, readServer, reload } from './sql/queries/queries.gen.ts';

const reloadWaitMs = 5_000;

/** Opens the part that decides who reaches the server. All tiers of our own server are on it; of attached ones the first is asked. */
export function openNetwork(context: AccessContext): Network {
  const firstPlaces = () => placesOf(context)[0] as ReturnType<typeof placesOf>[number];
  const connect = () => connectTo((firstPlaces()[0] as ReturnType<typeof firstPlaces>[number]).endpoint);
  return {
    async rules(name) {
      await using client = await connect();
      const { hasTls: _, ...rules } = await rulesFor(declaredIn(context, name), firstPlaces(), client as unknown as Executor);
      return rules;
    },
    async apply(name) {
      if (context.mode === 'attached') throw accessErrors.HBA_NOT_OURS();
      await using client = await connect();
      const executor = client as unknown as Executor;
      await lockServer(client);
      const { hasTls, ...rules } = await rulesFor(declaredIn(context, name), firstPlaces(), executor);
      const { hba_file: file } = await findHbaFile.one(executor, {});
      const before = await readFile(file, 'utf8');
      const text = renderHba(rules.lines, { environment: rules.environment, before });
      if (before === text) return { ...rules, text, file, isChanged: false };
      refuseLockOut(rules, visitorsOf(context, hasTls));
      const action = {
        action: 'access.hba',
        target: { type: 'environment', id: rules.environment },
        details: { lines: rules.lines.length },
      };
      await asAudited(context.events, action, () => takeEffect(context, client, text, file));
      return { ...rules, text, file, isChanged: true };
    },
    async guidance(name) {
      const { environment } = declaredIn(context, name);
      return guidanceFor(environment, context.endpoint('oltp').port);
    },
  };
}

async function rulesFor(
  { name, roles, environment }: Declared,
  places: ReturnType<typeof placesOf>[number],
  executor: Executor,
): Promise<NetworkRules & { readonly hasTls: boolean }> {
  const administrators = (await listAdministrators.all(executor, {})).map((row) => row.name);
  const databases = [...new Set(places.map(({ endpoint }) => endpoint.database))];
  const { has_tls: hasTls } = await readServer.one(executor, {});
  const lines = hbaLines({ roles, environment, databases, administrators, hasTls });
  const text = renderHba(lines, { environment: name, before: '' });
  return { environment: name, lines, text, listenAddresses: environment.from.length > 0 ? '*' : '127.0.0.1, ::1', hasTls };
}

/** Those without whom nothing works: who administers, and both logins of the platform, each as they come now. */
function visitorsOf(context: AccessContext, hasTls: boolean): readonly Visitor[] {
  return placesOf(context)
    .flat()
    .flatMap(({ endpoint: { host, database, user } }) =>
      [user, 'plinth_migrator', 'plinth_app'].map((login) => ({
        database,
        user: login,
        hasTls,
        ...(!host.startsWith('/') && { address: host === 'localhost' ? '127.0.0.1' : host }),
      })),
    );
}

function refuseLockOut({ lines }: NetworkRules, visitors: readonly Visitor[]): void {
  for (const visitor of visitors) {
    const line = lineFor(lines, visitor);
    if (line && line.method !== 'reject') continue;
    throw accessErrors.HBA_LOCKS_OUT({
      login: `${visitor.user}@${visitor.database} ${visitor.address ? `from ${visitor.address}` : 'over the socket'}`,
      line: line ? line.reason : 'no line fits',
    });
  }
}

/** Writes, lets the server judge, reloads, logs in; or everything is as before. */
async function takeEffect(context: AccessContext, client: pg.Client, text: string, file: string): Promise<void> {
  const executor = client as unknown as Executor;
  const restore = await replaceForNow(file, text);
  const undo = async (errors: readonly string[], cause?: unknown) => {
    await restore();
    await awaitReload(context, executor);
    throw accessErrors.HBA_REFUSED({ file, errors }, { cause });
  };
  const errors = await listHbaErrors.all(executor, {});
  if (errors.length > 0) await undo(errors.map(({ line, error }) => `line ${line}: ${error}`));
  await awaitReload(context, executor);
  for (const { endpoint } of placesOf(context).flat()) {
    try {
      await using _ = await connectTo(endpoint);
    } catch (error) {
      await undo([messageOf(error)], error);
    }
  }
}

async function awaitReload(context: AccessContext, executor: Executor): Promise<void> {
  const before = await readLoadTime.one(executor, {});
  await reload.one(executor, {});
  const deadline = context.clock.monotonicMs() + reloadWaitMs;
  while ((await readLoadTime.one(executor, {})).loaded.getTime() === before.loaded.getTime()) {
    if (context.clock.monotonicMs() > deadline) return;
    await context.clock.sleep(20);
  }
  // The postmaster tells its children before it reads pg_hba.conf itself.
  await context.clock.sleep(50);
}
