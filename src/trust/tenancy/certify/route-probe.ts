import { type Manifest, type RouteDescriptor, tiers } from '../../../kernel/index.ts';
import type { IsolationProbe, ProbeScene } from '../model/isolation-probe.ts';

export const routePath = 'routes';
const namesOfTenant = ['tenant', 'tenantId'] as const;
// Who is a member of what is the registry's, which operators keep.
const registry = 'tenancy';

export interface RouteProbeDeps {
  /** Those of the whole platform, with their routes. */
  readonly manifests: readonly Manifest[];
  /** Opened capabilities, for the handlers. */
  use<T>(name: string): T;
}

/**
 * Asks every route that reads for a tenant, as somebody who is signed in and has no grant for it: rows of a tenant are shown under a grant
 * alone.
 */
export function routeProbe({ manifests, use }: RouteProbeDeps): IsolationProbe {
  return {
    path: routePath,
    async probe(scene) {
      const routes = manifests.filter(({ name }) => name !== registry).flatMap(({ routes = [] }) => routes);
      for (const route of routes) if (route.method === 'GET') await tryRoute(route, scene, use);
    },
  };
}

async function tryRoute(route: RouteDescriptor, scene: ProbeScene, use: RouteProbeDeps['use']): Promise<void> {
  const inPath = [...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name as string);
  const query = (route.query?.properties ?? {}) as Readonly<Record<string, { readonly default?: unknown }>>;
  const required: readonly string[] = (route.query?.required as string[] | undefined) ?? [];
  const tenantIn = namesOfTenant.find((name) => inPath.includes(name) || name in query);
  if (!tenantIn) return;
  const target = `${route.method} ${route.path}`;
  const defaults = Object.fromEntries(
    Object.entries(query).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
  for (const place of placesFor(route, inPath, scene)) {
    const values: Readonly<Record<string, string>> = { ...place, key: place.id };
    const params = Object.fromEntries(inPath.map((name) => [name, name === tenantIn ? scene.other.id : (values[name] ?? place.id)]));
    const unfilled = required.filter((name) => !(name in defaults) && !(name in values) && name !== tenantIn);
    if (unfilled.length > 0) return scene.notProven(target, `nothing is known to give for ${unfilled.join(', ')}`);
    const given = { ...defaults, ...Object.fromEntries(required.flatMap((name) => (name in values ? [[name, values[name]]] : []))) };
    const named = inPath.includes(tenantIn) ? given : { ...given, [tenantIn]: scene.other.id };
    // Not naming the tenant asks for all of them, where that is allowed.
    for (const asked of inPath.includes(tenantIn) || required.includes(tenantIn) ? [named] : [named, given]) {
      const statement = `${target} ${JSON.stringify({ ...params, ...asked })}`;
      const verdict = await scene.attempt({ target, role: route.role, statement }, () =>
        route.handler({
          params,
          query: asked,
          body: undefined,
          account: { name: 'nobody of the staff', role: route.role },
          signal: scene.signal ?? new AbortController().signal,
          use,
        }),
      );
      // What cannot answer for one row, because what it asks is not open, cannot for the others.
      if (verdict === 'not proven') return;
    }
  }
}

/** Rows that a route may be asked for: where it takes a table, all of the tenant's; else those of the schema it is named after. */
function placesFor(
  route: RouteDescriptor,
  inPath: readonly string[],
  { rows }: ProbeScene,
): readonly Record<'tier' | 'schema' | 'table' | 'id', string>[] {
  const none = { tier: 'oltp', schema: 'none', table: 'none', id: 'none' };
  if (inPath.every((name) => (namesOfTenant as readonly string[]).includes(name))) return [none];
  const places = [...rows].flatMap(([name, { id }]) => {
    const [schema = '', bare = ''] = name.split('.');
    if (typeof id !== 'string' || !(inPath.includes('table') || schema === route.path.split('/')[1])) return [];
    const place = { schema, table: inPath.includes('schema') ? bare : name, id };
    return inPath.includes('tier') ? tiers.map((tier) => ({ ...place, tier })) : [{ ...place, tier: 'oltp' }];
  });
  return places.length > 0 ? places : [none];
}
