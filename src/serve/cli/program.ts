import type { Writable } from 'node:stream';
import { Command } from 'commander';
import type { CommandDescriptor } from '../../kernel/index.ts';
import { type FlagShape, flagShapes } from './model/command-flags.ts';

export interface Invocation {
  readonly command: CommandDescriptor;
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly shapes: readonly FlagShape[];
  readonly rawFlags: Readonly<Record<string, unknown>>;
}

/** Builds the parser from descriptors: words become nested commands, schemas become flags. `onRun` gets what was asked for. */
export function buildProgram(
  deps: { readonly version: string; readonly commands: readonly CommandDescriptor[]; readonly stdout: Writable; readonly stderr: Writable },
  onRun: (invocation: Invocation) => void,
): Command {
  const program = new Command('plinth')
    .description('PostgreSQL as the whole data platform of a multi-tenant product.')
    .version(deps.version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .option('--json', 'print the result as JSON')
    .option('--config <file>', 'configuration file (default: plinth.config.ts here, if there is one)')
    .addHelpText(
      'after',
      '\nOptions of capabilities are flags everywhere, e.g. --data <dir> or --cluster-port <n>; "plinth config show" lists them with their values.',
    )
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: true })
    // Both are inherited by the commands below, so they stand before those are made.
    .configureOutput({ writeOut: (text) => deps.stdout.write(text), writeErr: (text) => deps.stderr.write(text) })
    .exitOverride();
  const groups = new Map<string, Command>([['', program]]);
  for (const descriptor of deps.commands) addCommand(groups, descriptor, onRun);
  return program;
}

function addCommand(groups: Map<string, Command>, descriptor: CommandDescriptor, onRun: (invocation: Invocation) => void): void {
  const words = descriptor.name.split(' ');
  // Also a group, where others begin with its name: "migrate drift" and "migrate drift adopt".
  const command = groupOf(groups, words)
    .summary(descriptor.summary)
    .description(descriptor.description ? `${descriptor.summary}\n\n${descriptor.description}` : descriptor.summary)
    .option('--json', 'print the result as JSON');
  for (const { name, meaning, isOptional, isVariadic } of descriptor.arguments ?? []) {
    const label = `${name}${isVariadic ? '...' : ''}`;
    command.argument(isOptional ? `[${label}]` : `<${label}>`, meaning);
  }
  const shapes = flagShapes(descriptor.flags);
  for (const { name, kind, meaning } of shapes) {
    command.option(kind === 'boolean' ? `--${name}` : `--${name} <value${kind === 'list' ? '...' : ''}>`, meaning);
  }
  command.action((...given: unknown[]) => {
    const values = given.slice(0, -2) as (string | string[] | undefined)[];
    const names = (descriptor.arguments ?? []).map((argument) => argument.name);
    onRun({
      command: descriptor,
      args: Object.fromEntries(names.map((name, i) => [name, values[i]])),
      shapes,
      rawFlags: command.optsWithGlobals(),
    });
  });
}

// "migrate" of "migrate status": made when the first command below it is added.
function groupOf(groups: Map<string, Command>, words: readonly string[]): Command {
  const path = words.join(' ');
  const existing = groups.get(path);
  if (existing) return existing;
  const group = groupOf(groups, words.slice(0, -1))
    .command(words.at(-1) ?? '')
    .helpCommand(false);
  groups.set(path, group);
  return group;
}
