import { readFileSync } from 'node:fs';
import { type CommandDescriptor, messageOf, PlinthError, valuesOf } from '../kernel/index.ts';
import { runCli, takeOptionFlags } from '../serve/cli/index.ts';
import { capabilities } from './capabilities.ts';
import { type Configuration, configure, loadConfigFile, optionDefinitions } from './configuration.ts';
import { orderManifests } from './model/order.ts';
import { openPlatform } from './platform.ts';
import { configShow } from './surface/config-show.ts';
import { up } from './surface/up.ts';

const nothingOpen = {
  use: (name: string): never => {
    throw new Error(`"${name}" is not open for a command that needs the configuration only`);
  },
  [Symbol.asyncDispose]: async () => {},
};

/**
 * The command line of a folder: reads its configuration, collects the commands of everything in it and runs
 * one. Returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const { config, folder } = await loadConfigFile(process.cwd(), namedConfig(argv));
    const manifests = orderManifests(config.product ? [...capabilities, config.product] : capabilities);
    const { flags, rest } = takeOptionFlags(argv, optionDefinitions(manifests));
    const configuration = configure(config, { folder, environment: process.env, flags });
    return await runCli(rest.length > 0 ? rest : ['--help'], {
      version: readVersion(),
      commands: commandsOf(configuration),
      dataDir: configuration.dataDir,
      manifests: configuration.manifests,
      options: <T>(capability: string) => valuesOf(configuration.resolved, capability) as T,
      open: async (needs, watch) => (needs === 'config' ? nothingOpen : openPlatform(configuration, { level: needs, ...watch })),
      stdout: process.stdout,
      stderr: process.stderr,
    });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (error instanceof PlinthError) return error.exitCode;
    if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

function commandsOf(configuration: Configuration): CommandDescriptor[] {
  return [up(configuration), configShow(configuration), ...configuration.manifests.flatMap((manifest) => manifest.commands ?? [])];
}

// The configuration decides which options exist, so its own flag is read before all others.
function namedConfig(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--config' || word.startsWith('--config='));
  if (at < 0) return undefined;
  return argv[at]?.startsWith('--config=') ? argv[at].slice('--config='.length) : argv[at + 1];
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
