import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Check } from '../scripts/checks/files.ts';
import { checkGenerated } from '../scripts/checks/generated.ts';
import { checkLockFile } from '../scripts/checks/lock-file.ts';
import { checkImports } from '../scripts/checks/programs.ts';
import { checkShape } from '../scripts/checks/shape.ts';
import { checkSql } from '../scripts/checks/sql.ts';
import { checkWords } from '../scripts/checks/words.ts';

// Every rule is shown to fail: a check that cannot find anything looks just like one that found nothing.
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'plinth check '));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function findings(check: Check, files: Readonly<Record<string, string>>): Promise<string> {
  return (await check(repository(files))).map(({ file, line, message }) => `${file}${line ? `:${line}` : ''} ${message}`).join('\n');
}

describe('imports', () => {
  const door = 'export {};\n';
  // What every fixture has, so that a rule has something to point at.
  const base = {
    'package.json': '{ "name": "plinth", "type": "module", "exports": { "./kernel": "./src/kernel/index.ts" } }',
    'src/kernel/index.ts': 'export const one = 1;\n',
    'src/kernel/inner.ts': 'export const inner = 1;\n',
    'src/foundation/low/index.ts': "export { low } from './low.ts';\n",
    'src/foundation/low/low.ts': 'export const low = 1;\n',
    'src/foundation/low/manifest.ts': 'export const manifest = { requires: [] };\n',
    'src/trust/mid/index.ts': door,
    'src/trust/other/index.ts': 'export const other = 1;\n',
    'src/trust/friend/index.ts': 'export const friend = 1;\n',
    'src/trust/mid/manifest.ts': "export const manifest = { name: 'mid', requires: ['friend'] };\n",
    'src/data/high/index.ts': 'export const high = 1;\n',
    'tests/support/x.ts': 'export const x = 1;\n',
  };
  const rule = (file: string, text: string) => findings(checkImports, { ...base, [file]: text });

  test('what is allowed passes', async () => {
    const good = `import { one } from '../../kernel/index.ts';
import { low } from '../../foundation/low/index.ts';
import { friend } from '../friend/index.ts';
export async function sum() {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => {});
  return one + low + friend;
}
`;
    expect(await rule('src/trust/mid/mid.ts', good)).toBe('');
  });

  test.each([
    ['layers-look-down-from-trust', 'src/trust/mid/mid.ts', "import { high } from '../../data/high/index.ts';\nexport const x = high;\n"],
    [
      'layers-look-down-from-kernel',
      'src/kernel/up.ts',
      "import type { low } from '../foundation/low/index.ts';\nexport type X = typeof low;\n",
    ],
    ['mid-requires', 'src/trust/mid/mid.ts', "import { other } from '../other/index.ts';\nexport const x = other;\n"],
    ['one-door', 'src/trust/mid/mid.ts', "import { low } from '../../foundation/low/low.ts';\nexport const x = low;\n"],
    ['one-door-for-platform', 'src/platform/boot.ts', "import { low } from '../foundation/low/low.ts';\nexport const x = low;\n"],
    ['kernel-has-one-door', 'src/trust/mid/mid.ts', "import { inner } from '../../kernel/inner.ts';\nexport const x = inner;\n"],
    [
      'only-platform-reads-manifests',
      'src/data/high/high.ts',
      "import { manifest } from '../../trust/mid/manifest.ts';\nexport const x = manifest;\n",
    ],
    ['model-is-pure', 'src/trust/mid/model/rule.ts', "import { low } from '../../../foundation/low/index.ts';\nexport const x = low;\n"],
    ['model-has-no-io', 'src/trust/mid/model/rule.ts', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n"],
    ['blueprints-use-the-package', 'blueprints/shop/index.ts', "import { one } from '../../src/kernel/index.ts';\nexport const x = one;\n"],
    ['console-speaks-http', 'console/src/app.tsx', "import { one } from '../../src/kernel/index.ts';\nexport const x = <b>{one}</b>;\n"],
    ['code-without-tests', 'src/trust/mid/mid.ts', "import { x } from '../../../tests/support/x.ts';\nexport const y = x;\n"],
    ['resolvable', 'src/trust/mid/mid.ts', "import { x } from './nowhere.ts';\nexport const y = x;\n"],
  ])('%s', async (name, file, text) => {
    expect(await rule(file, text)).toContain(`error ${name}: ${file}`);
  });

  test('no-circles, types excepted', async () => {
    const circle = (word: string) =>
      findings(checkImports, {
        ...base,
        'src/trust/mid/a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
        'src/trust/mid/b.ts': `import ${word}{ a } from './a.ts';\nexport const b = 1;\nexport type A = typeof a;\n`,
      });
    expect(await circle('')).toContain('error no-circles');
    expect(await circle('type ')).toBe('');
  });

  test('lab-and-bench-are-leaves', async () => {
    const files = {
      ...base,
      'bench/x.ts': 'export const x = 1;\n',
      'src/data/high/high.ts': "import { x } from '../../../bench/x.ts';\nexport const y = x;\n",
    };
    expect(await findings(checkImports, files)).toContain('error lab-and-bench-are-leaves');
  });

  test('frameworks-stay-outside', async () => {
    const files = {
      ...base,
      'node_modules/fastify/package.json': '{ "name": "fastify", "main": "index.js" }',
      'node_modules/fastify/index.js': 'module.exports = 1;\n',
      'src/data/high/high.ts': "import fastify from 'fastify';\nexport const x = fastify;\n",
    };
    expect(await findings(checkImports, files)).toContain('error frameworks-stay-outside');
  });
});

describe('shape', () => {
  const good = {
    'src/trust/doors/README.md': '# doors\n\n- **I1** Closed doors stay closed.\n',
    'src/trust/doors/index.ts': "export { openDoors } from './doors.ts';\nexport type * from './model/types.ts';\n",
    'src/trust/doors/doors.ts': 'export const openDoors = () => {};\n',
    'src/trust/doors/manifest.ts': "export const manifest = { name: 'doors', layer: 'trust' };\n",
    'src/trust/doors/errors.ts': "export const doorsErrors = defineErrors('DOORS', {});\n",
    'src/trust/doors/options.ts':
      "export const o = { capability: 'doors', schema: { required: ['a'], properties: { a: { default: 1, description: 'a' } } } };\n",
    'src/trust/doors/model/state.test.ts': "test('[I1] closed', () => {});\n",
    'src/trust/doors/sql/migrations/0001_create_doors.sql': 'select 1;\n',
  };
  const rule = (files: Readonly<Record<string, string>>) => findings(checkShape, { ...good, ...files });

  test('the common shape passes', async () => {
    expect(await rule({})).toBe('');
  });

  test.each<[string, Record<string, string>, string]>([
    ['a long README', { 'src/trust/doors/README.md': `I1\n${'x\n'.repeat(121)}` }, 'README.md 122 lines; at most 120'],
    ['a README without invariants', { 'src/trust/doors/README.md': '# doors\n' }, 'no numbered invariants'],
    ['an invariant without a proof', { 'src/trust/doors/README.md': 'I1 I2\n' }, 'no test title carries [I2]'],
    [
      'a proof of nothing',
      { 'src/trust/doors/doors.test.ts': "test('[I7] x', () => {});\n" },
      'a test proves [I7], which is not stated here',
    ],
    ['logic in a door', { 'src/trust/doors/index.ts': 'export const x = 1;\n' }, 'index.ts a door re-exports and does nothing else'],
    [
      'a foreign error prefix',
      { 'src/trust/doors/errors.ts': "defineErrors('WINDOWS', {})" },
      'errors begin with PLINTH_DOORS_, not PLINTH_WINDOWS_',
    ],
    ['a manifest with another name', { 'src/trust/doors/manifest.ts': "name: 'gates', layer: 'trust'" }, "name must be 'doors'"],
    ['a manifest of another layer', { 'src/trust/doors/manifest.ts': "name: 'doors', layer: 'data'" }, "layer must be 'trust'"],
    [
      'an option without a meaning',
      { 'src/trust/doors/options.ts': "export const o = { capability: 'doors', schema: { properties: { a: { default: 1 } } } };\n" },
      'a has no description',
    ],
    [
      'an option without a default',
      {
        'src/trust/doors/options.ts':
          "export const o = { capability: 'doors', schema: { required: ['a'], properties: { a: { description: 'a' } } } };\n",
      },
      'a has no default and is not optional',
    ],
    [
      'too much at the top',
      Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`src/trust/doors/part-${n}.ts`, ''])),
      '14 files at the top; at most 12',
    ],
    ['a migration without a number', { 'src/trust/doors/sql/migrations/create.sql': '' }, 'migrations are named NNNN_slug.sql'],
    ['a number used twice', { 'src/trust/doors/sql/migrations/0001_again.sql': '' }, 'two migrations have the number 0001'],
    ['a long file', { 'src/trust/doors/long.ts': 'x;\n'.repeat(501) }, 'long.ts 501 lines; at most 500'],
    ['a name that says nothing', { 'src/trust/doors/door-utils.ts': '' }, '"door-utils" says nothing'],
    ['a name in another case', { 'src/trust/doors/doorState.ts': '' }, 'file names are kebab-case'],
    ['a capability without a door', { 'src/data/bare/bare.ts': '' }, 'src/data/bare/index.ts missing'],
  ])('%s is found', async (_, files, message) => {
    expect(await rule(files)).toContain(message);
  });
});

describe('sql', () => {
  const rule = (text: string) => findings(checkSql, { 'a.sql': text });

  test('keywords in lower case, also inside function bodies; names and strings are nobody’s business', async () => {
    expect(await rule(`select 'SELECT', "FROM" from t -- AND\n;`)).toBe('');
    expect(await rule('select 1\nFROM t;')).toBe('a.sql:2 FROM: keywords are lower case');
    expect(await rule('create function f() returns int language plpgsql as $$\nbegin\n  RETURN 1;\nend $$;')).toContain('a.sql:3 RETURN');
  });

  test('timestamps are past participles', async () => {
    expect(await rule('create table t (created timestamptz);')).toBe('');
    expect(await rule('create table t (\n created_at timestamptz);')).toContain('a.sql:2 column created_at');
    expect(await rule('alter table t add column sent_on date;')).toContain('column sent_on');
  });

  test('SQL that does not parse is a finding', async () => {
    expect(await rule('create tabel t ();')).toContain('syntax error');
  });
});

test('generated queries that do not fit their sources are found', async () => {
  const files = { 'src/trust/doors/sql/queries/doors.sql': '-- name: one\nselect 1 as one;\n' };
  expect(await findings(checkGenerated, files)).toContain('queries.gen.ts does not fit its sources');
  const stale = { ...files, 'src/trust/doors/sql/queries/queries.gen.ts': '// sources: 0123456789abcdef\n' };
  expect(await findings(checkGenerated, stale)).toContain('npm run generate -- doors');
});

test('a lock file with addresses, or without hashes, is found', async () => {
  const lock = (entry: object) => ({ 'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/a': entry } }) });
  expect(await findings(checkLockFile, lock({ integrity: 'sha512-x' }))).toBe('');
  expect(await findings(checkLockFile, lock({ integrity: 'sha512-x', resolved: 'https://example.org/a.tgz' }))).toContain(
    'node_modules/a has "resolved"',
  );
  expect(await findings(checkLockFile, lock({}))).toContain('node_modules/a has no "integrity"');
  expect(await findings(checkLockFile, {})).toContain('missing');
  const named = lock({ integrity: 'sha512-x', optionalDependencies: { 'b-darwin-arm64': '1.2.3' } });
  expect(await findings(checkLockFile, named)).toContain('b-darwin-arm64 is named but not locked');
});

test.each([
  ['/home/somebody/x', 'an absolute path'],
  ["'/tmp/plinth'", 'os.tmpdir()'],
  ['https://registry.example.org/', 'package registry'],
  ['// TODO later', 'unfinished work'],
  ['describe.only(', 'keeps the others'],
])('the word %s is found', async (text, message) => {
  expect(await findings(checkWords, { 'src/a.test.ts': `fine\n${text}` })).toMatch(
    new RegExp(`^src/a.test.ts:2 .*${message.replaceAll(/[()]/g, '.')}`),
  );
});
