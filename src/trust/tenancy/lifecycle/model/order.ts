/** What it takes to put tables in order. */
export interface Referring {
  readonly name: string;
  /** Have to be there at any time. */
  readonly references: readonly string[];
  /** Have to be there at the end of a transaction. */
  readonly deferrable: readonly string[];
}

/**
 * Tables in groups, referenced ones first. A group has one table, or those whose keys refer to each other in a circle: they come and go in
 * one transaction, in an order in which only deferrable keys point forward, where there is one. A reference to what is not among them counts
 * for nothing.
 */
export function inOrder<T extends Referring>(tables: readonly T[]): readonly (readonly T[])[] {
  const circles = group(tables, ({ references, deferrable }) => [...references, ...deferrable]);
  return circles.map((circle) => group(circle, ({ references }) => references).flat());
}

function group<T extends Referring>(tables: readonly T[], targetsOf: (table: T) => readonly string[]): T[][] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const targets = (table: T) => targetsOf(table).flatMap((name) => byName.get(name) ?? []);
  const reached = new Map(tables.map((table) => [table, reach(table, targets)]));
  const groups: T[][] = [];
  const placed = new Set<T>();
  const place = (table: T) => {
    if (placed.has(table)) return;
    const circle = tables.filter((other) => other === table || (reached.get(table)?.has(other) && reached.get(other)?.has(table)));
    for (const member of circle) placed.add(member);
    for (const member of circle) for (const target of targets(member)) place(target);
    groups.push(circle);
  };
  for (const table of tables) place(table);
  return groups;
}

/** Everything that a table refers to, over others too; itself where there is a circle. */
function reach<T>(from: T, targets: (table: T) => readonly T[]): ReadonlySet<T> {
  const found = new Set<T>();
  const waiting = [...targets(from)];
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    if (found.has(table)) continue;
    found.add(table);
    waiting.push(...targets(table));
  }
  return found;
}
