import { asAudited, type Executor } from '../../../kernel/index.ts';
import { type AccessContext, type Declared, declaredIn, placesOf } from '../context.ts';
import { accessErrors } from '../errors.ts';
import { listenAddressesOf } from '../model/environments.ts';
import { connectTo } from '../servers.ts';
import { lockServer } from '../statements.ts';
import { guidanceFor } from './model/guidance.ts';
import { hbaLines, lineFor, renderHba, type Visitor } from './model/hba.ts';
import type { Network, NetworkRules } from './model/types.ts';
import { findHbaFile, listAdministrators, readServer } from './sql/queries/queries.gen.ts';

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
      refuseLockOut(rules, visitorsOf(context, hasTls));
      const action = {
        action: 'access.hba',
        target: { type: 'environment', id: rules.environment },
        details: { lines: rules.lines.length },
      };
      const install = () => context.installRules(rules.text);
      const isChanged = await asAudited(context.events, action, install, (isNew) => (isNew ? {} : undefined));
      return { ...rules, file, isChanged };
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
  const text = renderHba(lines, name);
  return { environment: name, lines, text, listenAddresses: listenAddressesOf(environment), hasTls };
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
