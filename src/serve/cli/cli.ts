import { CommanderError } from 'commander';
import {
  type CommandDescriptor,
  type CommandNeeds,
  type CommandResult,
  hasCode,
  type Manifest,
  messageOf,
  PlinthError,
} from '../../kernel/index.ts';
import { cliErrors } from './errors.ts';
import { parseFlags } from './model/command-flags.ts';
import { buildProgram, type Invocation } from './program.ts';
import { createProgress, renderTable } from './render.ts';

/** What a command finds opened; disposing closes it. */
export interface Opened extends AsyncDisposable {
  use<T>(name: string): T;
}

export interface CliDeps {
  readonly version: string;
  readonly commands: readonly CommandDescriptor[];
  /** Absolute. */
  readonly dataDir: string;
  /** Everything of the platform in the order of opening. */
  readonly manifests: readonly Manifest[];
  /** The resolved options of a capability, opened or not. */
  options<T>(capability: string): T;
  /** Opens what a command needs; not called for `--help`. */
  open(needs: CommandNeeds, watch: { readonly signal: AbortSignal; onProgress(line: string): void }): Promise<Opened>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Runs one command line and returns the exit code: that of the result or the error, 2 for wrong usage,
 * 130 after Ctrl-C, 141 when who reads the output (`| head`) left before its end. A second Ctrl-C ends the process at once.
 */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<number> {
  // Each write tells its own failure; unheard, the stream would end the process in the middle of its work.
  for (const stream of [deps.stdout, deps.stderr]) stream.on('error', () => {});
  let invocation: Invocation | undefined;
  const program = buildProgram(deps, (asked) => {
    invocation = asked;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Asking for help is no mistake; a bare group ("plinth migrate") is.
    return error.exitCode === 0 ? 0 : 2;
  }
  return invocation ? runCommand(invocation, deps) : 2;
}

async function runCommand({ command, args, shapes, rawFlags }: Invocation, deps: CliDeps): Promise<number> {
  const isJson = rawFlags.json === true;
  const progress = createProgress(deps.stderr);
  const onProgress = (line: string) => {
    if (!isJson) progress.show(line);
  };
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new PlinthError({ code: 'PLINTH_CLI_INTERRUPTED', message: 'Interrupted.', exitCode: 130 }));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const flags = parseFlags(shapes, rawFlags);
    const show = async (result: CommandResult) => {
      progress.clear();
      await print(result, isJson, deps.stdout);
    };
    const open = (needs: CommandNeeds) => deps.open(needs, { signal: controller.signal, onProgress });
    await using opened = await open(typeof command.needs === 'function' ? command.needs(flags) : command.needs);
    const result = await command.run({
      args,
      flags,
      signal: controller.signal,
      dataDir: deps.dataDir,
      manifests: deps.manifests,
      options: deps.options,
      progress: onProgress,
      print: show,
      use: opened.use,
      open,
    });
    await show(result);
    return result.exitCode ?? 0;
  } catch (error) {
    progress.clear();
    const failure = controller.signal.aborted ? controller.signal.reason : error;
    if (!hasCode(failure, 'PLINTH_CLI_READER_LEFT')) printError(failure, isJson, deps);
    return failure instanceof PlinthError ? failure.exitCode : 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function print(result: CommandResult, isJson: boolean, stdout: NodeJS.WriteStream): Promise<void> {
  if (isJson && !result.bytes) {
    await write(stdout, `${JSON.stringify(result.data, null, 2)}\n`);
    return;
  }
  for await (const chunk of result.bytes ?? []) await write(stdout, chunk);
  if (result.table) await write(stdout, `${renderTable(result.table)}\n`);
  if (result.text) await write(stdout, result.text.endsWith('\n') ? result.text : `${result.text}\n`);
}

function write(stdout: NodeJS.WriteStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(chunk, (error?: NodeJS.ErrnoException | null) => {
      if (!error) resolve();
      else reject(error.code === 'EPIPE' ? cliErrors.READER_LEFT(undefined, { cause: error }) : error);
    });
  });
}

function printError(error: unknown, isJson: boolean, deps: CliDeps): void {
  const known = error instanceof PlinthError ? error : undefined;
  if (isJson) {
    deps.stdout.write(
      `${JSON.stringify({ error: { code: known?.code ?? 'UNEXPECTED', message: messageOf(error), details: known?.details ?? {} } }, null, 2)}\n`,
    );
  } else {
    deps.stderr.write(`${messageOf(error)}\n${known ? `(${known.code})\n` : ''}`);
  }
  // Something nobody foresaw is a defect of ours: its stack is what a report needs.
  if (!known && error instanceof Error) deps.stderr.write(`${error.stack}\n`);
}
