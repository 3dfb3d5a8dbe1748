import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CommandDescriptor, type CommandInput, type CommandResult, Type } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { Migrate } from '../model/types.ts';
import { renderWorkflow } from './model/workflow.ts';

const ci: CommandDescriptor = {
  name: 'migrate ci',
  summary: 'Prove a change before it is merged: history, lint, rehearsal, way back, documents.',
  description:
    'Without an argument runs every check and ends with exit code 1 when one failed; needs npm only, no database. "plinth migrate ci init --github" writes .github/workflows/plinth.yml, which runs it on every pull request and brings what is merged to staging and production.',
  needs: 'server',
  arguments: [{ name: 'action', meaning: 'init: write the workflow instead of running the checks', isOptional: true }],
  flags: Type.Object({
    base: Type.Optional(Type.String({ description: 'Branch, tag or commit the change goes into, e.g. origin/main.' })),
    github: Type.Optional(Type.Boolean({ description: 'With init: for GitHub Actions.' })),
    branch: Type.Optional(Type.String({ default: 'main', description: 'With init: the branch that goes to production.' })),
  }),
  run(input) {
    const { action } = input.args;
    if (action === undefined) return proveAll(input);
    if (action !== 'init' || input.flags.github !== true) throw migrateErrors.UNKNOWN_PIPELINE({ action: String(action) });
    return init(String(input.flags.branch ?? 'main'));
  },
};

async function proveAll({ flags, signal, progress, use }: CommandInput): Promise<CommandResult> {
  const base = flags.base as string | undefined;
  const proofs = await use<Migrate>('migrate').prove({ ...(base !== undefined && { base }), signal, onProgress: progress });
  const rows = proofs.flatMap(({ name, verdict, details }) => [
    [name, verdict, details[0] ?? ''],
    ...details.slice(1).map((line) => ['', '', line]),
  ]);
  const exitCode = proofs.some(({ verdict }) => verdict === 'failed') ? 1 : 0;
  return { data: { proofs }, table: { columns: ['check', 'verdict', ''], rows }, exitCode };
}

async function init(branch: string): Promise<CommandResult> {
  const path = join('.github', 'workflows', 'plinth.yml');
  if (existsSync(path)) throw migrateErrors.PIPELINE_EXISTS({ path });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, renderWorkflow(branch));
  return { data: { path }, text: path };
}

export const pipelineCommands: readonly CommandDescriptor[] = [ci];
