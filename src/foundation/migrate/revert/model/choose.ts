/** A migration that is in a database, as far as going back is concerned. */
export interface Applied {
  /** `source/name`. */
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly state: 'applied' | 'reverting' | 'baseline';
  /** Undefined where its file is gone. */
  readonly way?: {
    /** The statements of its `down.sql`; 0 where there is none or it says nothing. */
    readonly statements: number;
    readonly irreversible?: string;
    readonly isContract: boolean;
    readonly requires: readonly string[];
  };
}

/**
 * Which of what is applied has to go so that `keep` of them stays. What was half taken back is among them in any case:
 * nothing else can happen before that has ended.
 */
export function chooseReverts<A extends Applied>(applied: readonly A[], isKept: (one: A) => boolean): A[] {
  return applied.filter((one) => one.state === 'reverting' || !isKept(one));
}

/** Why these cannot go, one line each; empty when they can. */
export function refusals(chosen: readonly Applied[], applied: readonly Applied[]): string[] {
  const ids = new Set(chosen.map(({ id }) => id));
  const own = chosen.flatMap(({ id, state, way }) => {
    if (state === 'baseline') return [`${id} is a baseline: what it makes was there before it was recorded`];
    if (!way) return [`${id} has no file any more`];
    if (way.isContract) return [`${id} is a contract: what it removed is gone for the versions before it`];
    if (way.irreversible !== undefined) return [`${id} is declared irreversible: ${way.irreversible}`];
    return way.statements === 0 ? [`${id} has no down.sql`] : [];
  });
  const held = applied
    .filter(({ id }) => !ids.has(id))
    .flatMap(({ id, way }) => (way?.requires ?? []).filter((one) => ids.has(one)).map((one) => `${id}, which stays, requires ${one}`));
  return [...own, ...held];
}
