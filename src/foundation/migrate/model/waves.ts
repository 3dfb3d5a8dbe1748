import { isTier, type Tier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';

/** A database's share of a run. */
export interface Share {
  /** In the order of tiers. */
  readonly tiers: readonly Tier[];
  /** `source/name` of what is applied. */
  readonly applied: ReadonlySet<string>;
  /** In the order in which this database takes them. */
  readonly pending: readonly Wanted[];
}

/** A migration as far as its turn is concerned. */
interface Wanted {
  readonly id: string;
  readonly isContract: boolean;
  readonly requires: readonly string[];
}

/** Migrations that one database takes without another coming in between. */
export interface Wave {
  readonly share: Share;
  readonly migrations: readonly Wanted[];
}

/** `tier:source/name` or `source/name`. */
function readRequirement(text: string): { readonly tier?: Tier; readonly id: string } {
  const at = text.indexOf(':');
  const tier = text.slice(0, Math.max(at, 0));
  return isTier(tier) ? { tier, id: text.slice(at + 1) } : { id: text };
}

/** What has to be applied before in the same database. */
export function localRequirements(requires: readonly string[], tiers: readonly Tier[]): string[] {
  return requires.map(readRequirement).flatMap(({ tier, id }) => (tier === undefined || tiers.includes(tier) ? id : []));
}

/**
 * In which order databases take their shares. What adds goes through the tiers forwards, what removes backwards and only
 * when nothing more can be added; inside a database nothing changes places. There is no transaction over several
 * databases, so each wave has to be harmless by itself.
 *
 * @throws PLINTH_MIGRATE_MISSING_REQUIREMENT, PLINTH_MIGRATE_CYCLE
 */
export function planWaves(shares: readonly Share[]): Wave[] {
  const states = shares.map((share) => ({ share, applied: new Set(share.applied), left: [...share.pending] }));
  const isMet = (migration: Wanted, own: (typeof states)[number]) =>
    migration.requires.map(readRequirement).every(({ tier, id }) => {
      if (tier === undefined || own.share.tiers.includes(tier)) return true;
      const other = states.find(({ share }) => share.tiers.includes(tier));
      if (other?.applied.has(id)) return true;
      if (!other?.left.some((one) => one.id === id))
        throw migrateErrors.MISSING_REQUIREMENT({ id: migration.id, requires: `${tier}:${id}` });
      return false;
    });
  const waves: { share: Share; migrations: Wanted[] }[] = [];
  const take = (isContract: boolean): boolean => {
    let isAnyTaken = false;
    for (const state of isContract ? states.toReversed() : states) {
      const end = state.left.findIndex((one) => one.isContract !== isContract || !isMet(one, state));
      const taken = state.left.splice(0, end < 0 ? state.left.length : end);
      if (taken.length === 0) continue;
      isAnyTaken = true;
      for (const { id } of taken) state.applied.add(id);
      const last = waves.at(-1);
      if (last?.share === state.share) last.migrations.push(...taken);
      else waves.push({ share: state.share, migrations: taken });
    }
    return isAnyTaken;
  };
  while (states.some(({ left }) => left.length > 0)) {
    if (take(false)) continue;
    if (take(true)) continue;
    throw migrateErrors.CYCLE({ path: states.flatMap(({ left: [first] }) => first?.id ?? []) });
  }
  return waves;
}
