import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from '@swc/core';
import { layers, type OptionsDefinition } from '../../src/kernel/index.ts';
import { type Check, type Finding, listFiles, read } from './files.ts';

const maxLines = 500;
const maxReadmeLines = 120;
const maxFilesAtTop = 12;
// The command line is made from the manifests of all others and has none of its own.
const readsManifests = new Set(['src/serve/cli']);
const vague = /^(utils?|helpers?|common|managers?|misc|shared|stuff|types?-utils?)$|(^|-)(utils?|helpers?|manager)$/;

/** A capability's folder, and what of it the rules look at. */
interface Capability {
  readonly layer: string;
  readonly name: string;
  readonly dir: string;
  /** Its files, relative to `dir`. */
  readonly files: readonly string[];
}

type Rule = (root: string, capability: Capability) => Promise<Finding[]> | Finding[];

/** The shape of docs/guides/contributing.md: the same parts under the same names in every capability; sizes and names of files everywhere. */
export const checkShape: Check = async (root) => {
  const files = listFiles(root);
  const rules: readonly Rule[] = [topOfFolder, readme, door, errorPrefix, options, manifest, migrations, invariants];
  const perCapability = capabilitiesOf(files).flatMap((capability) => rules.map(async (rule) => rule(root, capability)));
  return [...sizes(root, files), ...names(files), ...(await Promise.all(perCapability)).flat()];
};

function capabilitiesOf(files: readonly string[]): Capability[] {
  const found = new Map<string, Capability & { files: string[] }>();
  for (const file of files) {
    const [source, layer, name, ...rest] = file.split('/');
    if (source !== 'src' || !layer || !name || rest.length === 0 || layer === 'kernel' || layer === 'platform') continue;
    if (!(layers as readonly string[]).includes(layer)) continue;
    const dir = `src/${layer}/${name}`;
    const capability = found.get(dir) ?? { layer, name, dir, files: [] };
    capability.files.push(rest.join('/'));
    found.set(dir, capability);
  }
  return [...found.values()];
}

const topOfFolder: Rule = (_, { dir, name, files }) => {
  const top = files.filter((file) => !file.includes('/'));
  const parts = ['README.md', 'index.ts', `${name}.ts`, ...(readsManifests.has(dir) ? [] : ['manifest.ts'])];
  const required = parts.filter((file) => !top.includes(file));
  return [
    ...required.map((file) => ({ file: `${dir}/${file}`, message: 'missing: every capability has it' })),
    ...(top.length > maxFilesAtTop ? [{ file: dir, message: `${top.length} files at the top; at most ${maxFilesAtTop}` }] : []),
  ];
};

const readme: Rule = (root, { dir, files }) => {
  if (!files.includes('README.md')) return [];
  const file = `${dir}/README.md`;
  const text = read(root, file);
  const lines = text.trimEnd().split('\n').length;
  return [
    ...(lines > maxReadmeLines ? [{ file, message: `${lines} lines; at most ${maxReadmeLines}` }] : []),
    ...(/\bI1\b/.test(text) ? [] : [{ file, message: 'no numbered invariants (I1, I2, …)' }]),
  ];
};

/** Numbers in the README and in the titles of tests are the same. */
const invariants: Rule = (root, { dir, files }) => {
  if (!files.includes('README.md')) return [];
  const numbers = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].flatMap((match) => match[0].match(/I\d+/g) ?? []));
  const stated = numbers(read(root, `${dir}/README.md`), /\bI\d+\b/g);
  const proven = new Set(
    files.filter((file) => file.endsWith('.test.ts')).flatMap((file) => [...numbers(read(root, `${dir}/${file}`), /\[I\d+(, ?I\d+)*\]/g)]),
  );
  return [
    ...[...stated].filter((id) => !proven.has(id)).map((id) => ({ file: `${dir}/README.md`, message: `no test title carries [${id}]` })),
    ...[...proven]
      .filter((id) => !stated.has(id))
      .map((id) => ({ file: `${dir}/README.md`, message: `a test proves [${id}], which is not stated here` })),
  ];
};

const door: Rule = async (root, { dir, files }) => {
  if (!files.includes('index.ts')) return [];
  const file = `${dir}/index.ts`;
  const module = await parse(read(root, file), { syntax: 'typescript' });
  const isReExport = (item: { readonly type: string; readonly source?: unknown }) =>
    item.type === 'ExportAllDeclaration' || (item.type === 'ExportNamedDeclaration' && Boolean(item.source));
  return module.body.every((item) => isReExport(item as { type: string }))
    ? []
    : [{ file, message: 'a door re-exports and does nothing else' }];
};

const errorPrefix: Rule = (root, { dir, name, files }) => {
  if (!files.includes('errors.ts')) return [];
  const file = `${dir}/errors.ts`;
  const prefix = /defineErrors\(\s*'([^']*)'/.exec(read(root, file))?.[1];
  const wanted = name.toUpperCase().replaceAll('-', '_');
  return prefix === wanted
    ? []
    : [{ file, message: `errors begin with PLINTH_${wanted}_, not ${prefix ? `PLINTH_${prefix}_` : 'with something else'}` }];
};

const manifest: Rule = (root, { dir, layer, name, files }) => {
  if (!files.includes('manifest.ts')) return [];
  const file = `${dir}/manifest.ts`;
  const text = read(root, file);
  const wrong = [['name', name] as const, ['layer', layer] as const].filter(
    ([key, value]) => !new RegExp(`\\b${key}: '${value}'`).test(text),
  );
  return wrong.map(([key, value]) => ({ file, message: `${key} must be '${value}', as the folder says` }));
};

/** Loaded, not read: what an option means is told by its schema, however it was built. */
const options: Rule = async (root, { dir, name, files }) => {
  if (!files.includes('options.ts')) return [];
  const file = `${dir}/options.ts`;
  const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
  const definitions = Object.values(module).filter(
    (value): value is OptionsDefinition => typeof value === 'object' && value !== null && 'schema' in value,
  );
  return definitions.flatMap((definition) => {
    const wrongName =
      definition.capability === name ? [] : [{ file, message: `options of ${definition.capability} in the folder of ${name}` }];
    const entries = Object.entries(definition.schema.properties) as [
      string,
      { description?: string; default?: unknown; type?: string; unit?: string },
    ][];
    const required = new Set(definition.schema.required ?? []);
    return [
      ...wrongName,
      ...entries.filter(([, schema]) => !schema.description).map(([key]) => ({ file, message: `${key} has no description` })),
      ...entries
        .filter(([key, schema]) => required.has(key) && schema.default === undefined)
        .map(([key]) => ({ file, message: `${key} has no default and is not optional` })),
    ];
  });
};

const migrations: Rule = (_, { dir, files }) => {
  const sql = files.filter((file) => file.startsWith('sql/migrations/'));
  const wrong = sql.filter((file) => !/^sql\/migrations\/\d{4}_[a-z0-9_]+\.sql$/.test(file));
  const numbers = sql.map((file) => basename(file).slice(0, 4));
  const doubled = numbers.filter((number, index) => numbers.indexOf(number) !== index);
  return [
    ...wrong.map((file) => ({ file: `${dir}/${file}`, message: 'migrations are named NNNN_slug.sql' })),
    ...doubled.map((number) => ({ file: `${dir}/sql/migrations`, message: `two migrations have the number ${number}` })),
  ];
};

function sizes(root: string, files: readonly string[]): Finding[] {
  return files
    .filter((file) => /\.(ts|tsx|sql|css|mjs)$/.test(file) && !file.endsWith('.gen.ts') && !file.includes('/fixtures/'))
    .map((file) => ({ file, lines: read(root, file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ file, lines }) => ({ file, message: `${lines} lines; at most ${maxLines}` }));
}

function names(files: readonly string[]): Finding[] {
  return files
    .filter((file) => /^(src|console|blueprints|scripts|bench|lab|tests)\/.*\.(ts|tsx)$/.test(file))
    .flatMap((file): Finding[] => {
      const stem = basename(file).replace(/\..*$/, '');
      const isFixture = file.includes('/fixtures/');
      if (vague.test(stem)) return [{ file, message: `"${stem}" says nothing; name the file after what it exports` }];
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) || isFixture ? [] : [{ file, message: 'file names are kebab-case' }];
    });
}
