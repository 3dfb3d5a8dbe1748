import type { Difference, Snapshot } from '../../snapshot/index.ts';
import type { DriftEntry } from '../types.ts';

/** A row of the trail. */
export interface DdlEvent {
  readonly happened: Date;
  readonly actor: string;
  readonly application: string;
  readonly client_address: string | null;
  readonly command: string;
  readonly kind: string;
  /** As the server prints it; empty for grants. */
  readonly identity: string;
  readonly run_id: string | null;
}

/** What the trail may call the object of a difference: itself, and the relation it is part of, whose ALTER may have made it. */
export function trailNames({ identity, kind }: Pick<Difference, 'identity' | 'kind'>, on: string | undefined): string[] {
  // The server writes `public.f(integer,text)`, and types in full.
  const name = kind === 'function' || kind === 'procedure' ? identity.replaceAll(', ', ',') : identity;
  return [name.slice(kind.length + 1), ...(on === undefined ? [] : [on])];
}

/** The newest event that may have made each difference. `events` are newest first. */
export function attribute(
  differences: readonly Difference[],
  events: readonly DdlEvent[],
  onOf: (identity: string) => string | undefined,
): DriftEntry[] {
  return differences.map((difference) => {
    const names = trailNames(difference, onOf(difference.identity));
    const isGrant = difference.path?.split('.').includes('acl') === true || difference.kind === 'default privileges';
    const newest = (about: readonly string[]) =>
      events.find(({ identity, command }) =>
        isGrant ? /^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)$/.test(command) : about.includes(identity.replaceAll('pg_catalog.', '')),
      );
    // Who made it, not who altered its table since.
    const event = (difference.change === 'added' ? newest(names.slice(0, 1)) : undefined) ?? newest(names);
    if (!event) return difference;
    const { happened, actor, application, client_address } = event;
    return { ...difference, happened, actor, application, ...(client_address !== null && { clientAddress: client_address }) };
  });
}

/**
 * Divides differences into drift and what is known: the comings and goings of partitions with their inherited parts, and
 * what the platform itself did between runs (its sessions are named `plinth…`).
 */
export function divide(
  entries: readonly DriftEntry[],
  expected: Snapshot,
  actual: Snapshot,
): { readonly drift: DriftEntry[]; readonly known: DriftEntry[] } {
  const partOf = (identity: string) => actual.objects.get(identity) ?? expected.objects.get(identity);
  const partitions = new Set<string>();
  for (const { identity, change } of entries) {
    const object = change === 'added' || change === 'removed' ? partOf(identity) : undefined;
    if (object?.kind === 'table' && object.body.bound !== undefined) partitions.add(object.name);
  }
  const isKnown = ({ identity, application }: DriftEntry) => {
    const object = partOf(identity);
    if (object && partitions.has(object.on ?? object.name)) return true;
    return application !== undefined && /^plinth[: ]/.test(application);
  };
  return { drift: entries.filter((entry) => !isKnown(entry)), known: entries.filter(isKnown) };
}
