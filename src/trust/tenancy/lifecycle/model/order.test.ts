import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from './order.ts';

const names = (groups: readonly (readonly { name: string }[])[]) => groups.map((group) => group.map(({ name }) => name));
const table = (name: string, ...references: string[]) => ({ name, references, deferrable: [] as string[] });

test('[I16] what is referred to comes first; a circle is one group; what is not there counts for nothing', () => {
  expect(
    names(inOrder([table('lines', 'orders', 'products'), table('orders', 'customers'), table('customers', 'absent'), table('products')])),
  ).toEqual([['customers'], ['orders'], ['products'], ['lines']]);
  expect(names(inOrder([table('a', 'b'), table('b', 'c', 'a'), table('c'), table('d', 'a', 'd')]))).toEqual([['c'], ['a', 'b'], ['d']]);
});

test('[I16] in a circle only deferrable keys point forward', () => {
  const customers = { name: 'customers', references: [], deferrable: ['orders'] };
  const orders = { name: 'orders', references: ['customers', 'orders'], deferrable: [] };
  expect(names(inOrder([orders, customers]))).toEqual([['customers', 'orders']]);
});

test('[I16] any tables: each once, and nothing before what it refers to unless they are in one circle', () => {
  const graph = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { maxLength: 10 });
  fc.assert(
    fc.property(graph, (edges) => {
      const tables = edges.map((targets, index) => table(String(index), ...targets.map(String)));
      const groups = inOrder(tables);
      expect(
        groups
          .flat()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(tables.map(({ name }) => name).sort());
      const placeOf = new Map(groups.flatMap((group, place) => group.map(({ name }) => [name, place] as const)));
      for (const { name, references } of tables)
        for (const other of references) if (placeOf.has(other)) expect(placeOf.get(other)).toBeLessThanOrEqual(placeOf.get(name) as number);
    }),
  );
});
