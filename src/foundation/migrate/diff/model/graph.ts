/** A statement group and where it would like to stand. */
export interface Node {
  readonly key: string;
  /** Lower comes first where nothing else decides. */
  readonly rank: number;
}

/**
 * Keys in an order in which everything comes after what it needs; among what is free, by rank and key. A circle is
 * returned instead, as the path around it.
 *
 * @param needs for each key what has to come before; keys that are no nodes are ignored
 */
export function order(
  nodes: readonly Node[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly ordered: readonly string[] } | { readonly circle: readonly string[] } {
  const sorted = nodes.toSorted((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1)).map(({ key }) => key);
  const known = new Set(sorted);
  const done = new Set<string>();
  const path: string[] = [];
  // Depth first in the preferred order: what is needed comes right before what needs it.
  const visit = (key: string): readonly string[] | undefined => {
    if (done.has(key) || !known.has(key)) return undefined;
    const at = path.indexOf(key);
    if (at >= 0) return [...path.slice(at), key];
    path.push(key);
    for (const needed of [...(needs.get(key) ?? [])].sort()) {
      const circle = needed === key ? undefined : visit(needed);
      if (circle) return circle;
    }
    path.pop();
    done.add(key);
    return undefined;
  };
  for (const key of sorted) {
    const circle = visit(key);
    if (circle) return { circle };
  }
  return { ordered: [...done] };
}

export function addNeed(needs: Map<string, Set<string>>, key: string, needed: string): void {
  const known = needs.get(key);
  if (known) known.add(needed);
  else needs.set(key, new Set([needed]));
}
