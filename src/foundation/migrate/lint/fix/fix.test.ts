import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MigrationSource } from '../../../../kernel/index.ts';
import { cases, given } from '../cases/index.ts';
import { lint } from '../lint.ts';
import { fixSources } from './fix-sources.ts';
import { fixes } from './fixes.ts';

const now = new Date('2026-06-01T00:00:00Z');
const production = { server: 18, tables: {}, applied: ['shop/20260501000000_create'] };

/** A product whose second migration is to be fixed. */
async function product(up: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'plinth-fix-'));
  const all: Record<string, string> = { '20260501000000_create/up.sql': given, '20260502000000_change/up.sql': up, ...files };
  for (const [name, text] of Object.entries(all)) {
    const path = join(folder.path, 'migrations/oltp', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const sources: MigrationSource[] = [{ name: 'shop', dir: folder.path, layout: 'product' }];
  const root = join(folder.path, 'migrations/oltp');
  return {
    fix: (applied: readonly string[] = production.applied) =>
      fixSources({ sources, now, production, applied: new Set(applied), paths: [] }),
    ids: async () => (await lint({ sources, now, production })).findings.map(({ id }) => id),
    text: (path: string) => readFile(join(root, path), 'utf8'),
    migrations: () => readdir(root),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe.each(cases.filter(({ rule }) => fixes[rule]))('$rule', ({ rule, bad, after }) => {
  test('[I21] is fixed for good', async () => {
    const header = bad.startsWith('--!');
    const own = after === undefined ? {} : { '20260501000001_more/up.sql': after.replace('concurrently', '') };
    await using shop = await product(bad.replace('--! tx: none\n', ''), {
      ...own,
      ...(header && { '20260502000000_change/meta.json': '{ "tx": "none" }' }),
    });
    expect(await shop.ids()).toContain(rule);
    expect((await shop.fix([...production.applied, 'shop/20260501000001_more']))[0]?.rules).toContain(rule);
    expect(await shop.ids()).not.toContain(rule);
    expect(await shop.ids()).not.toContain('W00');
    expect(await shop.fix([...production.applied, 'shop/20260501000001_more'])).toEqual([]);
  });
});

test('[I21] what has to run by itself, or later, gets a migration of its own', async () => {
  await using shop = await product(
    `-- é
alter table app.items add column weight integer;
create index on app.items (state); -- by state
alter table app.items add constraint items_quantity_check check (quantity > 0);
`,
    {
      '20260502000000_change/down.sql': 'drop index app.items_state_idx;\nalter table app.items drop column weight;\n',
      '20260502000001_taken/up.sql': 'select 1;',
    },
  );
  await shop.fix();
  expect(await shop.migrations()).toEqual([
    '20260501000000_create',
    '20260502000000_change',
    '20260502000001_taken',
    '20260502000002_build_items_state_idx',
    '20260502000003_validate_items_quantity_check',
  ]);
  expect(await shop.text('20260502000000_change/up.sql')).toBe(`-- é
alter table app.items add column weight integer;
-- by state
alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;
`);
  expect(await shop.text('20260502000000_change/down.sql')).toBe('alter table app.items drop column weight;\n');
  expect(await shop.text('20260502000002_build_items_state_idx/up.sql')).toBe(
    'create index concurrently items_state_idx on app.items (state);\n',
  );
  expect(await shop.text('20260502000002_build_items_state_idx/down.sql')).toBe('drop index concurrently app.items_state_idx;\n');
  expect(await shop.text('20260502000002_build_items_state_idx/meta.json')).toBe('{ "tx": "none" }\n');
  expect(await shop.text('20260502000003_validate_items_quantity_check/up.sql')).toBe(
    'alter table app.items validate constraint items_quantity_check;\n',
  );
});

test('[I21] an index that the rest of its migration needs stays where it is', async () => {
  const up =
    'create unique index items_code_key on app.items (code);\nalter table app.items add constraint items_code_key unique using index items_code_key;\n';
  await using shop = await product(up);
  expect(await shop.fix()).toEqual([]);
  expect(await shop.text('20260502000000_change/up.sql')).toBe(up);
});

test('[I21] what is applied, or allowed, keeps its bytes', async () => {
  await using shop = await product('-- plinth:allow L01 closed on Sunday\ncreate index items_state_idx on app.items (state);');
  expect(await shop.fix()).toEqual([]);
  await using applied = await product('create index items_state_idx on app.items (state);');
  expect(await applied.fix([...production.applied, 'shop/20260502000000_change'])).toEqual([]);
  expect(await applied.fix()).not.toEqual([]);
});
