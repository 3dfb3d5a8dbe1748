/** A step as far as its order goes. */
export interface Node {
  readonly key: string;
  readonly after: readonly string[];
}

/** A circle among steps, each of which waits for the next one, beginning and ending with the same; undefined where there is none. */
export function cycleOf(nodes: readonly Node[]): readonly string[] | undefined {
  const open = new Map(nodes.map(({ key, after }) => [key, after]));
  // Takes away what waits for nobody until nothing goes any more: what is left waits for itself, or for what does.
  const waiting = new Map(nodes.map(({ key, after }) => [key, after.filter((parent) => open.has(parent)).length]));
  const children = Map.groupBy(
    nodes.flatMap(({ key, after }) => after.map((parent) => ({ parent, key }))),
    ({ parent }) => parent,
  );
  const free = [...waiting].filter(([, parents]) => parents === 0).map(([key]) => key);
  for (let key = free.pop(); key !== undefined; key = free.pop()) {
    open.delete(key);
    for (const child of children.get(key) ?? []) {
      const left = (waiting.get(child.key) ?? 0) - 1;
      waiting.set(child.key, left);
      if (left === 0) free.push(child.key);
    }
  }
  const [first] = open.keys();
  if (first === undefined) return undefined;
  const path: string[] = [];
  for (let key: string | undefined = first; key !== undefined; key = open.get(key)?.find((parent) => open.has(parent))) {
    const begin = path.indexOf(key);
    if (begin >= 0) return [...path.slice(begin), key];
    path.push(key);
  }
  return undefined;
}
