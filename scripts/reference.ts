/** Reference pages made from the manifests: docs/reference/options.md and commands.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { mail } from '../blueprints/mail/index.ts';
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

/** The pages by path, as they should be. */
export function referencePages(): Record<string, string> {
  const manifests = [...capabilities, mail];
  return {
    'docs/reference/options.md': optionsPage([platformOptions, ...manifests.map((manifest) => manifest.options)]),
    'docs/reference/commands.md': commandsPage(manifests.flatMap((manifest) => manifest.commands ?? [])),
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
