/** Reference pages below docs/reference: options and commands from the manifests, locks from the lock truth table. */
import { readFile, writeFile } from 'node:fs/promises';
import { mail } from '../blueprints/mail/index.ts';
import { cases, given } from '../src/foundation/migrate/lint/cases/index.ts';
import { rules } from '../src/foundation/migrate/lint/rules/index.ts';
import { readTruths } from '../src/foundation/migrate/rehearse/lock-truth/cases.ts';
import { type CommandDescriptor, describeAllowed, environmentName, flagName, type OptionsDefinition } from '../src/kernel/index.ts';
import { capabilities } from '../src/platform/capabilities.ts';
import { platformOptions } from '../src/platform/options.ts';

const header = '<!-- Written by `npm run generate`; edit the descriptors, not this page. -->\n';
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function optionRows({ capability, schema }: OptionsDefinition): string[] {
  return Object.entries(schema.properties).map(([key, property]) => {
    const { default: fallback, description } = property as { default?: unknown; description?: string };
    const value = fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
    return `| \`${capability}.${key}\` | ${value} | ${cell(describeAllowed(property))} | ${cell(description ?? '')} | \`${environmentName(capability, key)}\` · \`--${flagName(capability, key)}\` |`;
  });
}

function optionsPage(definitions: readonly OptionsDefinition[]): string {
  const rows = definitions.flatMap(optionRows);
  return `${header}# Options

Set in \`plinth.config.ts\` under \`options\`, by environment variable, or by flag; the later one wins. \`plinth config show\` prints the values in force.

| option | default | allowed | meaning | environment · flag |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function commandSection({ name, summary, description, arguments: given = [], flags }: CommandDescriptor): string {
  const usage = given.map(({ name: label, isOptional }) => (isOptional ? `[${label}]` : `<${label}>`)).join(' ');
  const rows = Object.entries(flags?.properties ?? {}).map(([key, property]) => {
    const { description: meaning = '', default: fallback } = property as { description?: string; default?: unknown };
    return `| \`--${key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}\` | ${fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``} | ${cell(meaning)} |`;
  });
  const table = rows.length > 0 ? `\n| flag | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n` : '';
  return `## plinth ${name}${usage ? ` ${usage}` : ''}\n${summary.replace(/\.$/, '')}.${description ? `\n\n${description}` : ''}\n${table}`;
}

function commandsPage(commands: readonly CommandDescriptor[]): string {
  const sorted = commands.toSorted((a, b) => a.name.localeCompare(b.name));
  return `${header}# Commands\n\nEach takes \`--json\` and \`--help\`. Exit codes: [exit-codes.md](exit-codes.md).\n\n${sorted.map(commandSection).join('\n')}`;
}

function locksPage(): string {
  const { server, cases } = readTruths();
  const list = (names: readonly string[]) => names.map((name) => name.replace(/^app\./, '')).join(', ');
  const rows = cases.map(({ rules, isGood, title, statement, before, isTransactional, locks, rewrites, scans, indexBuilds, refused }) => {
    const given = before.map((text) => `after \`${text}\`: `).join('');
    const held = Object.entries(locks).map(([relation, mode]) => `${list([relation])}: ${mode}`);
    const effects = [
      ...(rewrites.length > 0 ? [`rewrites ${list(rewrites)}`] : []),
      ...(scans.length > 0 ? [`reads all of ${list(scans)}`] : []),
      ...(indexBuilds.length > 0 ? [`builds ${indexBuilds.length === 1 ? 'an index' : `${indexBuilds.length} indexes`}`] : []),
      ...(refused ? [`refused with ${refused}`] : []),
    ];
    const how = `${given}\`${statement.replaceAll(/\s+/g, ' ')}\`${isTransactional ? '' : ' (outside a transaction)'}`;
    return `| ${rules.join(', ')} ${isGood ? '✓' : '✗'} | ${cell(title)} | ${cell(how)} | ${held.join('<br>')} | ${effects.join('; ')} |`;
  });
  return `${header}# Locks of statements

What ${cases.length} statements lock, rewrite and read, measured on PostgreSQL ${server} by \`npm run generate:locks\` on the tables of
[fixture.sql](../../src/foundation/migrate/rehearse/lock-truth/fixture.sql); a test measures them again. ✗ is what a lint rule warns of, ✓ what it asks for instead.

| rule | what | statement | strongest locks | effects |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

const levels = { size: 'error on a large table or one of unknown size, else warning', error: 'error', warning: 'warning' };

function lintRulesPage(): string {
  const rows = rules.map(
    ({ id, name, level, safeWay }) => `| [${id}](#${id.toLowerCase()}-${name}) | ${name} | ${level} | ${cell(safeWay)} |`,
  );
  const sections = rules.map(({ id, name, level, why, safeWay, template, isForNewTables, isForDown }) => {
    const example = cases.find(({ rule }) => rule === id);
    const scope = [isForNewTables && 'also for tables of the same migration', isForDown && 'also in down.sql'].filter(Boolean);
    const shown = example ? `\n\n\`\`\`sql\n-- not\n${example.bad}\n\n-- but\n${example.good}\n\`\`\`` : '';
    const recipe = template ? ` Recipe: \`plinth migrate new ${template}\`.` : '';
    return `## ${id} ${name}\n\n${why} Level: ${[levels[level], ...scope].join('; ')}.\n\nInstead: ${safeWay}${recipe}${shown}\n`;
  });
  return `${header}# Lint rules

What \`plinth migrate lint\` looks for. Large is more than 100,000 rows or 100 MB, as production.json says (\`plinth migrate stats --write\`); a table that
is not known there counts as large, one that the same migration makes as empty. A finding is allowed by a comment before the statement:
\`-- plinth:allow L27 <reason>\`.

| id | name | level | instead |
|---|---|---|---|
${rows.join('\n')}

${sections.join('\n')}
The examples stand on these:

\`\`\`sql
${given.trim()}
\`\`\`
`;
}

/** The pages by path, as they should be. */
export function referencePages(): Record<string, string> {
  const manifests = [...capabilities, mail];
  return {
    'docs/reference/options.md': optionsPage([platformOptions, ...manifests.map((manifest) => manifest.options)]),
    'docs/reference/lint-rules.md': lintRulesPage(),
    'docs/reference/commands.md': commandsPage(manifests.flatMap((manifest) => manifest.commands ?? [])),
    'docs/reference/statement-locks.md': locksPage(),
  };
}

/** Writes the pages. */
export async function writeReference(): Promise<void> {
  for (const [path, text] of Object.entries(referencePages())) await writeFile(new URL(`../${path}`, import.meta.url), text);
}

/** The pages that differ from what the manifests say; empty when all are up to date. */
export async function staleReference(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of Object.entries(referencePages())) {
    const found = await readFile(new URL(`../${path}`, import.meta.url), 'utf8').catch(() => '');
    if (found !== text) stale.push(path);
  }
  return stale;
}
