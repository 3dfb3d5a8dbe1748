import { expect, test } from 'vitest';
import { toDot, toMermaid } from './diagram.ts';
import type { Dictionary, DictionaryTable } from './dictionary.ts';
import { toHtml } from './html.ts';
import { judge, knownNames } from './judge.ts';
import { toMarkdown } from './markdown.ts';
import { mentionsIn } from './mentions.ts';

const table = (name: string, more: Partial<DictionaryTable> = {}): DictionaryTable => ({
  schema: 'shop',
  name,
  kind: 'table',
  comment: `All <${name}> | here.`,
  isProtected: false,
  columns: [
    { name: 'id', type: 'uuid', isNullable: false },
    { name: 'buyer_id', type: 'uuid', isNullable: true, comment: 'Who | paid.' },
  ],
  primaryKey: ['id'],
  foreignKeys: [],
  constraints: [],
  indexes: [],
  policies: [],
  ...more,
});
const key = { name: 'orders_buyer_id_fk', columns: ['buyer_id'], target: 'shop.buyers', targetColumns: ['id'] };
const shop: Dictionary = {
  tier: 'oltp',
  schemaHash: 'abc',
  tables: [table('buyers'), table('orders', { foreignKeys: [key] })],
  functions: [{ schema: 'shop', signature: 'total(uuid)', comment: 'Sum of an order.' }],
};

test('[I44] a page escapes what would break it', () => {
  expect(toMarkdown(shop, toMermaid(shop))).toContain('| Who \\| paid. |');
  const html = toHtml(shop, '<svg/>');
  expect(html).toContain('All &lt;orders&gt; | here.');
  expect(html).not.toContain('<orders>');
});

test('[I44] a diagram has every table and a line per key, dashed where the row may be without', () => {
  expect(toMermaid(shop)).toContain('shop_orders }o--o| shop_buyers : "buyer_id"');
  expect(toDot(shop)).toContain('"shop.orders" -> "shop.buyers" [tooltip="buyer_id" style=dashed];');
});

test('[I45] a name that does not exist is found with its line, a renamed one with the new name', () => {
  const known = knownNames([shop], new Map([['shop.customers', 'shop.buyers']]));
  const text = [
    'See `shop.orders`, `shop.orders.buyer_id` and `shop.total(uuid)`.',
    'Not `shop.order`, nor `shop.orders.paid`, but `shop.customers.id`.',
    '```\nshop.nothing\n`shop.nothing`\n```',
    '`shop.md` is a file, `other.thing` no schema of ours, `shop.put(x)` a function elsewhere.',
    '<!-- plinth:allow-name shop.put -->',
  ].join('\n');
  expect(judge('README.md', mentionsIn(text, known.schemas), known)).toEqual([
    { path: 'README.md', line: 2, problem: 'shop.order does not exist in any tier' },
    { path: 'README.md', line: 2, problem: 'shop.orders.paid does not exist in any tier' },
    { path: 'README.md', line: 2, problem: 'shop.customers.id was renamed; it is shop.buyers.id now' },
  ]);
});
