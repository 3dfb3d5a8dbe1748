import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type Connect, distinctDatabases, type TenantSubject, type Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, isUuid, messageOf, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { readCatalog } from '../coverage.ts';
import type { Lifecycle } from '../lifecycle/index.ts';
import type { Attempt, Certificate } from '../model/certificate.ts';
import type { Relation } from '../model/coverage.ts';
import type { IsolationProbe } from '../model/isolation-probe.ts';
import { syntheticPrefix } from '../model/slug.ts';
import { memberRoles, type Tenant } from '../model/types.ts';
import { signed, signingKey } from '../signing/index.ts';
import {
  deleteTenant,
  deleteUser,
  findSyntheticTenants,
  forgetOperationSteps,
  forgetOperations,
  putMember,
  putUser,
} from '../sql/queries/queries.gen.ts';
import { type Path, relationPaths, sessionPaths, tryPath } from './attempts.ts';
import { exportProbe } from './export-probe.ts';
import { latestFile } from './latest.ts';
import { marksOf } from './marks.ts';
import { type RouteProbeDeps, routePath, routeProbe } from './route-probe.ts';
import { type MadeRow, type MadeRows, makeRows } from './rows.ts';
import { sceneFor } from './scene.ts';

export interface CertifyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly lifecycle: Pick<Lifecycle, 'export'>;
  /** Those of other capabilities. */
  readonly probes: () => readonly IsolationProbe[];
  /** What HTTP serves; absent where nothing does. */
  readonly routes?: RouteProbeDeps;
  putTenant(init: { readonly slug: string }): Promise<Tenant>;
}

export interface CertifyRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

interface Pair {
  readonly own: Tenant;
  readonly other: Tenant;
  /** A user of the first tenant per role, and work without one. */
  readonly subjects: readonly { readonly role: string; readonly subject: TenantSubject }[];
}

// Ways to a tenant's rows that a platform may have. Where nobody answers for one, nothing is known of it.
const knownPaths = [routePath, 'rest', 'graphql', 'sync', 'queue', 'cache', 'search'] as const;

class Undo extends Error {}

/** See `Tenancy.certify`. Its tenants are removed in any case; those of a killed run by the next. */
export async function certify(deps: CertifyDeps, request: CertifyRequest): Promise<Certificate> {
  const { connect } = deps;
  await removeForgotten(connect);
  const pair = await makePair(deps);
  try {
    const attempts: Attempt[] = [];
    const [own, other] = [new Map<string, MadeRow | { failure: string }>(), new Map<string, MadeRow | { failure: string }>()];
    for (const tier of distinctDatabases(connect)) {
      const relations = await readCatalog(connect, tier);
      // Rows for both: a way that moves a row of one's own needs one.
      const ownRows = await asOwner(connect, tier, (tx) => makeRows(tx, relations, pair.own.id));
      const rows = await asOwner(connect, tier, (tx) => makeRows(tx, relations, pair.other.id));
      const marks = marksOf(rows, ownRows, knownTo(pair));
      for (const { role, subject } of pair.subjects) {
        request.signal?.throwIfAborted();
        request.onProgress?.(`${tier} as ${role}`);
        attempts.push(...(await tryAll(connect, tier, { role, subject, pair, relations, rows, marks }, request.signal)));
      }
      for (const [name, row] of ownRows) own.set(name, row);
      for (const [name, row] of rows) other.set(name, row);
    }
    await probeAll(deps, { pair, own, other }, attempts, request);
    const databases = Object.fromEntries(distinctDatabases(connect).map((tier) => [tier, connect.databaseKey(tier)]));
    const certificate = signed({ made: deps.clock.now().toISOString(), databases, attempts }, await signingKey(deps.dataDir));
    await writeFile(latestFile(deps.dataDir), JSON.stringify(certificate), { mode: 0o600 });
    return certificate;
  } finally {
    await remove(
      connect,
      [pair.own.id, pair.other.id],
      pair.subjects.flatMap(({ subject }) => subject.userId ?? []),
    );
  }
}

/** What the first tenant may know: rows made up for the other one refer to its people. */
const knownTo = ({ own, other, subjects }: Pair) => [own.id, other.id, ...subjects.flatMap(({ subject }) => subject.userId ?? [])];

/** Tries the ways above SQL. */
async function probeAll(
  { probes, lifecycle, routes }: CertifyDeps,
  { pair, own, other }: { readonly pair: Pair; readonly own: MadeRows; readonly other: MadeRows },
  attempts: Attempt[],
  { signal, onProgress }: CertifyRequest,
): Promise<void> {
  const marks = marksOf(other, own, knownTo(pair));
  const secret = `secret-${randomBytes(12).toString('hex')}`;
  // What capabilities make for the other tenant is what the last two look for.
  const all = [...probes(), exportProbe(lifecycle), ...(routes ? [routeProbe(routes)] : [])];
  for (const { path, probe } of all) {
    onProgress?.(path);
    // Who operates a platform sees which rows there are and who touched them; what is in them takes a grant.
    const telling = path === routePath ? marks.filter((mark) => !isUuid(mark)) : marks;
    const scene = sceneFor(path, { ...pair, rows: other, marks: telling, secret, ...(signal && { signal }) }, attempts);
    await probe(scene).catch((error) => scene.notProven(path, messageOf(error)));
  }
  const nobody = { tier: 'oltp', target: '(path)', role: 'none', verdict: 'not proven', reason: 'nobody here answers for it' } as const;
  attempts.push(...knownPaths.filter((path) => !all.some((probe) => probe.path === path)).map((path) => ({ ...nobody, path })));
}

const asOwner = <T>(connect: Connect, tier: Tier, work: (tx: Transaction) => Promise<T>) =>
  connect.transaction({ tier, as: 'owner', tag: 'tenancy.certify' }, work);

async function tryAll(
  connect: Connect,
  tier: Tier,
  tried: { role: string; subject: TenantSubject; pair: Pair; relations: readonly Relation[]; rows: MadeRows; marks: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<Attempt[]> {
  const { role, subject, pair, relations, rows, marks } = tried;
  const attempts: Attempt[] = [];
  const request = {
    tier,
    as: subject,
    tag: 'tenancy.certify',
    isRetryable: false,
    deadlineMs: 300_000,
    ...(signal && { signal }),
  } as const;
  const work = async (tx: Transaction) => {
    const attempt = async (target: string, path: Path) => {
      attempts.push({ tier, target, path: path.path, role, ...(await tryPath(tx, path, marks)) });
    };
    for (const path of sessionPaths(pair.own.id, pair.other.id)) await attempt('(session)', path);
    for (const relation of relations) {
      const target = `${relation.schema}.${relation.table}`;
      // A view has no rows of its own; what it shows is another table's. A table that nothing is granted on is closed whatever is in it.
      const isWithoutRow = relation.kind === 'v' || relation.kind === 'm' || relation.granted.length === 0;
      const row = isWithoutRow ? { given: [], stored: {} } : rows.get(target);
      if (relation.isTenantKey === null || !row || 'failure' in row) {
        if (relation.granted.length === 0) continue;
        const unmade = row && 'failure' in row ? `no row could be made up: ${row.failure}` : 'it is not protected';
        const reason = relation.isTenantKey === null ? 'has no tenant_id to tell rows apart by' : unmade;
        attempts.push({ tier, target, path: 'select', role, verdict: 'not proven', reason });
      } else for (const path of relationPaths(relation, pair.own.id, pair.other.id, row, marks)) await attempt(target, path);
    }
    throw new Undo();
  };
  await connect.transaction(request, work).catch((error) => {
    if (!(error instanceof Undo)) throw error;
  });
  return attempts;
}

async function makePair({ connect, putTenant }: CertifyDeps): Promise<Pair> {
  const name = `${syntheticPrefix}${randomBytes(6).toString('hex')}`;
  const [own, other] = [await putTenant({ slug: `${name}-a` }), await putTenant({ slug: `${name}-b` })];
  const subjects = await asOwner(connect, 'oltp', (tx) =>
    Promise.all(
      memberRoles.map(async (role) => {
        const { id: userId } = await putUser.one(tx, { id: uuidv7(), email: `${role}@${name}.invalid`, name: role });
        await putMember.run(tx, { tenant_id: own.id, user_id: userId, role });
        return { role, subject: { tenantId: own.id, userId } };
      }),
    ),
  );
  return { own, other, subjects: [...subjects, { role: 'service', subject: { tenantId: own.id } }] };
}

async function remove(connect: Connect, tenantIds: readonly string[], userIds: readonly string[] = []): Promise<void> {
  // The truth last: what a crash leaves is found again by it.
  for (const tier of distinctDatabases(connect).toReversed()) {
    await asOwner(connect, tier, async (tx) => {
      const isRegistry = connect.databaseKey(tier) === connect.databaseKey('oltp');
      for (const id of tenantIds) {
        if (isRegistry) await forgetOperationSteps.run(tx, { tenant_id: id });
        if (isRegistry) await forgetOperations.run(tx, { tenant_id: id });
        await deleteTenant.run(tx, { id });
      }
      if (isRegistry) for (const id of userIds) await deleteUser.run(tx, { id });
    });
  }
}

async function removeForgotten(connect: Connect): Promise<void> {
  const found = await asOwner(connect, 'oltp', (tx) => findSyntheticTenants.all(tx, {}));
  await remove(
    connect,
    found.map(({ id }) => id),
  );
}
