import { type Endpoint, readUrl } from '../../../foundation/cluster/index.ts';
import { type Connect, connectAt, connectOptions, databaseName, openSolo } from '../../../foundation/connect/index.ts';
import type { Migrate } from '../../../foundation/migrate/index.ts';
import { quoteIdentifier, quoteLiteral, type Tier, tiers, withDefaults } from '../../../kernel/index.ts';
import type { Access } from '../../access/index.ts';
import { placementErrors } from './errors.ts';
import { readPlaceName } from './model/place-name.ts';
import { describeDatabase, hasDatabase, listOthers, mayCopy } from './sql/queries/queries.gen.ts';
import type { Place } from './types.ts';

export interface PlacesDeps {
  readonly connect: Connect;
  /** The administrative endpoint of a tier, as cluster gives it. */
  readonly endpoint: (tier: Tier) => Endpoint;
  readonly access: Pick<Access, 'prepare' | 'credentials'>;
  readonly migrate: Pick<Migrate, 'moves' | 'tenants'>;
}

/** What a name says, as far as it says it without asking a server. @throws PLINTH_TENANCY_NO_SUCH_PLACE */
export function findPlace({ connect, endpoint }: Pick<PlacesDeps, 'connect' | 'endpoint'>, text: string): Place {
  const name = readPlaceName(text);
  if ('reason' in name) throw placementErrors.NO_SUCH_PLACE(name);
  if (name.kind === 'shared') {
    const at = endpoint('oltp');
    return { name: name.name, isShared: true, endpoint: at, administrative: at, neighbour: at, connect };
  }
  const at = name.kind === 'beside' ? { ...endpoint(name.tier), database: name.database } : readUrl(withLogin(name.url));
  if ('reason' in at) throw placementErrors.NO_SUCH_PLACE(at);
  const isAdministrative = name.kind === 'beside' || name.hasLogin;
  return {
    name: name.name,
    isShared: false,
    endpoint: at,
    ...(isAdministrative && { administrative: at }),
    neighbour: name.kind === 'beside' ? endpoint(name.tier) : { ...at, database: 'postgres' },
    connect: connectAt(connect, 'oltp', at),
  };
}

/** Every URL that is read has to name a login; which one, connect decides. */
function withLogin(url: string): string {
  const parsed = new URL(url);
  if (parsed.username === '') parsed.username = 'plinth_migrator';
  return parsed.href;
}

/** With the login that owns what is there. */
export async function ownedBy({ access }: Pick<PlacesDeps, 'access'>, { endpoint }: Pick<Place, 'endpoint'>): Promise<Endpoint> {
  const { password: _, ...address } = endpoint;
  return { ...address, ...(await access.credentials.login('owner', 'oltp')) };
}

/**
 * Connections that write rows as they are: no trigger fires, no key is checked, nothing cascades. Where nobody's login may do that the
 * owner's writes as always, unless it has to be so.
 *
 * @throws PLINTH_TENANCY_MOVE_NOT_ALLOWED
 */
export async function openWriter(deps: PlacesDeps, place: Place, { isPlain }: { readonly isPlain: boolean }): Promise<Connect> {
  const options = withDefaults(connectOptions);
  const endpoint = place.administrative ?? (await ownedBy(deps, place));
  await using asking = openSolo(endpoint, options);
  const { login, may } = await asking.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.move' }, (tx) => mayCopy.one(tx, {}));
  if (may) return openSolo(endpoint, options, { session_replication_role: 'replica' });
  if (isPlain) throw placementErrors.MOVE_NOT_ALLOWED({ login, place: place.name });
  return openSolo(await ownedBy(deps, place), options);
}

/**
 * Makes the database where it is missing, with roles, schema and everything that a tenant needs but its rows.
 *
 * @throws PLINTH_TENANCY_PLACE_TAKEN, PLINTH_MIGRATE_SHARED_BEHIND, and what connect and access throw
 */
export async function preparePlace(
  deps: PlacesDeps,
  place: Place,
  tenant: { readonly id: string; readonly slug: string },
  watch: { readonly signal: AbortSignal; readonly onProgress: (line: string) => void },
): Promise<void> {
  const { connect, endpoint: endpointOf, access, migrate } = deps;
  const key = databaseName(place.endpoint);
  const ours = tiers.find((tier) => databaseName(endpointOf(tier)) === key);
  if (ours) throw placementErrors.PLACE_TAKEN({ place: place.name, reason: `it is the platform's own of tier ${ours}` });
  const { administrative } = place;
  if (administrative) {
    await createDatabase(connect, place);
    await access.prepare(administrative);
  }
  await migrate.tenants.bring({ id: tenant.slug, endpoint: await ownedBy(deps, place) }, watch);
  const others = await place.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.move' }, (tx) =>
    listOthers.all(tx, { id: tenant.id }),
  );
  if (others.length > 0) {
    const reason = `${others.map(({ slug }) => slug).join(', ')} is in it`;
    throw placementErrors.PLACE_TAKEN({ place: place.name, reason });
  }
}

/** Made like the shared one: keys have to be sorted alike. */
async function createDatabase(connect: Connect, { neighbour, endpoint: { database } }: Place): Promise<void> {
  await using server = openSolo(neighbour, withDefaults(connectOptions));
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.move' } as const;
  if ((await server.transaction(request, (tx) => hasDatabase.one(tx, { name: database }))).exists) return;
  const like = await connect.transaction(request, (tx) => describeDatabase.one(tx, {}));
  const locale = quoteLiteral(like.locale ?? 'C');
  const provider = { c: 'libc', b: `builtin builtin_locale ${locale}`, i: `icu icu_locale ${locale}` }[like.provider];
  await using session = await server.session({ tier: 'oltp', tag: 'tenancy.move' });
  await session.query({
    text: `create database ${quoteIdentifier(database)} template template0 encoding ${quoteLiteral(like.encoding)}
      lc_collate ${quoteLiteral(like.collate)} lc_ctype ${quoteLiteral(like.ctype)} locale_provider ${provider}`,
  });
}
