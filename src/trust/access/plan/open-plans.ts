import type pg from 'pg';
import { asAudited } from '../../../kernel/index.ts';
import { type AccessContext, type Declared, declaredIn, placesOf } from '../context.ts';
import { accessErrors } from '../errors.ts';
import { connectTo, serverName } from '../servers.ts';
import { lockServer, runStatements } from '../statements.ts';
import { compareServer, waiverFor } from './model/compare.ts';
import { refusalOf } from './model/guard.ts';
import type { Difference, FoundServer, Matrix, Plans } from './model/types.ts';
import { type Place, readServer } from './read-server.ts';
import { listTables, readMatrix, readRoles } from './sql/queries/queries.gen.ts';

/** Opens the part that compares servers with the model. */
export function openPlans(context: AccessContext): Plans {
  return {
    async plan(name) {
      const declared = declaredIn(context, name);
      const found = await Promise.all(placesOf(context).map(async (places) => judge(context, declared, await readServer(places))));
      const differences = found.flat();
      const waivers = context.options.waivers ?? [];
      return {
        environment: declared.name,
        differences: differences.filter((difference) => !waiverFor(waivers, difference)),
        waived: differences.flatMap((difference) => {
          const waiver = waiverFor(waivers, difference);
          return waiver ? [{ ...difference, because: waiver.reason }] : [];
        }),
      };
    },
    async apply({ environment: name, isOverwriting = false } = {}) {
      const declared = declaredIn(context, name);
      const action = { action: 'access.apply', target: { type: 'environment', id: declared.name }, details: { isOverwriting } };
      const work = async () => {
        const reports = [];
        for (const places of placesOf(context)) reports.push(await applyTo(context, declared, places, isOverwriting));
        return {
          environment: declared.name,
          applied: reports.flatMap(({ applied }) => applied),
          left: reports.flatMap(({ left }) => left),
        };
      };
      return asAudited(context.events, action, work, ({ applied }) =>
        applied.length === 0 ? undefined : { details: { isOverwriting, statements: applied } },
      );
    },
    matrix: () => readMatrixOf(context),
    async roles(name) {
      const { roles } = declaredIn(context, name);
      const found = await Promise.all(
        placesOf(context).map(async ([place]) => {
          await using client = await connectTo((place as Place).endpoint);
          return { server: serverName((place as Place).endpoint), rows: await readRoles.all(client, {}) };
        }),
      );
      return found.flatMap(({ server, rows }) =>
        roles.flatMap((role) => {
          const row = rows.find((candidate) => candidate.name === role.name);
          if (!row && role.isOccasional) return [];
          const { name, kind, purpose } = role;
          return {
            name,
            server,
            kind,
            purpose,
            exists: row !== undefined,
            canLogin: row?.can_login ?? role.canLogin,
            isClosed: row?.is_closed ?? false,
            expires: row?.expires ?? null,
            connectionLimit: row?.connection_limit ?? role.connectionLimit,
          };
        }),
      );
    },
  };
}

function judge(context: AccessContext, { roles, environment }: Declared, server: FoundServer): readonly Difference[] {
  return compareServer(roles, server, {
    platformSchemas: context.platformSchemas,
    isMasked: environment.isMasked,
    extraGrants: context.options.grants ?? [],
    now: context.clock.now(),
  });
}

/**
 * Reads, decides and executes under the server's lock. Roles come first, as one transaction, then each database: what a
 * killed one has done is no difference any more, so the next one does the rest.
 */
async function applyTo(context: AccessContext, declared: Declared, places: readonly Place[], isOverwriting: boolean) {
  const [first] = places as [Place];
  await using client = await connectTo(first.endpoint);
  await lockServer(client);
  const server = await readServer(places);
  const waivers = context.options.waivers ?? [];
  const open = judge(context, declared, server).filter((difference) => !waiverFor(waivers, difference));
  const isDone = ({ kind, statements, needsSuperuser }: Difference) =>
    statements.length > 0 &&
    (isOverwriting || kind === 'create' || kind === 'grant') &&
    (server.session.isSuperuser || needsSuperuser !== true);
  const chosen = open.filter(isDone);
  refuse(server, chosen, context.clock.now());
  const applied = [
    ...(await execute(
      client,
      first,
      chosen.filter(({ database }) => database === undefined),
    )),
  ];
  for (const place of places) {
    const own = chosen.filter(({ database }) => database === place.endpoint.database);
    if (own.length === 0) continue;
    await using other = place === first ? undefined : await connectTo(place.endpoint);
    applied.push(...(await execute(other ?? client, place, own)));
  }
  return { applied, left: open.filter((difference) => !isDone(difference)) };
}

const execute = (client: pg.Client, { endpoint }: Place, differences: readonly Difference[]) =>
  runStatements(
    client,
    endpoint,
    differences.flatMap(({ statements }) => statements),
  );

function refuse(server: FoundServer, differences: readonly Difference[], now: Date): void {
  const refusal = refusalOf(server, differences, now);
  if (!refusal) return;
  const details = { server: server.name, role: refusal.role, what: refusal.what };
  throw refusal.reason === 'last superuser' ? accessErrors.LAST_SUPERUSER(details) : accessErrors.LOCKED_OUT(details);
}

const kinds = { r: 'table', p: 'table', v: 'view', m: 'materialized view', f: 'foreign table' } as const;

async function readMatrixOf(context: AccessContext): Promise<Matrix> {
  const names = declaredIn(context).roles.map(({ name }) => name);
  const found = await Promise.all(
    placesOf(context)
      .flat()
      .map(async ({ endpoint }) => {
        await using client = await connectTo(endpoint);
        const existing = new Set((await readRoles.all(client, {})).map(({ name }) => name));
        const roles = names.filter((name) => existing.has(name));
        const cells = Map.groupBy(await readMatrix.all(client, { roles }), ({ schema, name }) => `${schema}\0${name}`);
        const tables = await listTables.all(client, {});
        const objects = tables.map(({ schema, name, kind }) => ({
          database: endpoint.database,
          schema,
          name,
          kind: kinds[kind as keyof typeof kinds],
          verbs: Object.fromEntries((cells.get(`${schema}\0${name}`) ?? []).map(({ role, verbs }) => [role, verbs])),
        }));
        return { roles, objects };
      }),
  );
  const seen = new Set(found.flatMap(({ roles }) => roles));
  return { roles: names.filter((name) => seen.has(name)), objects: found.flatMap(({ objects }) => objects) };
}
