import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connect, distinctDatabases, type TenantSubject, type Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { readCatalog } from '../coverage.ts';
import type { Attempt, Certificate } from '../model/certificate.ts';
import type { Relation } from '../model/coverage.ts';
import { syntheticPrefix } from '../model/slug.ts';
import { memberRoles, type Tenant } from '../model/types.ts';
import { isGenuine, signed, signingKey } from '../signing/index.ts';
import { deleteTenant, deleteUser, findSyntheticTenants, putMember, putUser } from '../sql/queries/queries.gen.ts';
import { type Path, relationPaths, sessionPaths, tryPath } from './attempts.ts';
import { type MadeRows, makeRows } from './rows.ts';

export interface CertifyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly dataDir: string;
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

// Reached above SQL; each belongs to a capability that would have to try it.
const untriedPaths = ['rest', 'graphql', 'sync', 'queue', 'cache', 'search', 'export', 'explain'] as const;

class Undo extends Error {}

const latestFile = (dataDir: string) => join(dataDir, 'certificate.json');

/** What `certify` found last, on this machine; undefined where it never ran, or what is there is not what was signed. */
export async function latestCertificate(dataDir: string): Promise<Certificate | undefined> {
  const text = await readFile(latestFile(dataDir), 'utf8').catch(() => '{}');
  try {
    const certificate: Certificate = JSON.parse(text);
    return isGenuine(certificate) ? certificate : undefined;
  } catch {
    // Killed while it was written.
    return undefined;
  }
}

/** See `Tenancy.certify`. Its tenants are removed in any case; those of a killed run by the next. */
export async function certify(deps: CertifyDeps, request: CertifyRequest): Promise<Certificate> {
  const { connect } = deps;
  await removeForgotten(connect);
  const pair = await makePair(deps);
  try {
    const attempts: Attempt[] = [];
    for (const tier of distinctDatabases(connect)) {
      const relations = await readCatalog(connect, tier);
      // Rows for both: a way that moves a row of one's own needs one.
      await asOwner(connect, tier, (tx) => makeRows(tx, relations, pair.own.id));
      const rows = await asOwner(connect, tier, (tx) => makeRows(tx, relations, pair.other.id));
      for (const { role, subject } of pair.subjects) {
        request.signal?.throwIfAborted();
        request.onProgress?.(`${tier} as ${role}`);
        attempts.push(...(await tryAll(connect, tier, { role, subject, pair, relations, rows }, request.signal)));
      }
    }
    const reason = 'not tried: this certificate is about SQL';
    for (const path of untriedPaths)
      attempts.push({ tier: 'oltp', target: '(other paths)', path, role: 'none', verdict: 'not proven', reason });
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

const asOwner = <T>(connect: Connect, tier: Tier, work: (tx: Transaction) => Promise<T>) =>
  connect.transaction({ tier, as: 'owner', tag: 'tenancy.certify' }, work);

async function tryAll(
  connect: Connect,
  tier: Tier,
  tried: { role: string; subject: TenantSubject; pair: Pair; relations: readonly Relation[]; rows: MadeRows },
  signal: AbortSignal | undefined,
): Promise<Attempt[]> {
  const { role, subject, pair, relations, rows } = tried;
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
      attempts.push({ tier, target, path: path.path, role, ...(await tryPath(tx, path)) });
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
      } else for (const path of relationPaths(relation, pair.own.id, pair.other.id, row)) await attempt(target, path);
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
      for (const id of tenantIds) await deleteTenant.run(tx, { id });
      if (connect.databaseKey(tier) === connect.databaseKey('oltp')) for (const id of userIds) await deleteUser.run(tx, { id });
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
