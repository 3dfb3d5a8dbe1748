import { messageOf } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import type { Migrate } from '../model/types.ts';
import { historyProblems } from './base.ts';

/** One thing that has to hold before a change is merged. */
export interface Proof {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'not proven';
  /** What is wrong, or why it could not be told, in lines. */
  readonly details: readonly string[];
}

export interface ProofRequest {
  /** Branch, tag or commit the change goes into; without it history is not compared. */
  readonly base?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

type Check = (request: ProofRequest) => Promise<Omit<Proof, 'name'>>;

const verdictOf = (details: readonly string[]): Omit<Proof, 'name'> => ({ verdict: details.length === 0 ? 'passed' : 'failed', details });

/**
 * Everything a pipeline asks about a change, one after the other; a check that breaks is a failed one, and the others still
 * run. Needs no real database beyond the one it was opened on; starts shadows.
 */
export async function prove(context: Context, migrate: Migrate, request: ProofRequest = {}): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const [name, check] of Object.entries(checks(context, migrate))) {
    request.signal?.throwIfAborted();
    request.onProgress?.(name);
    const found = await check(request).catch((error: unknown) => ({ verdict: 'failed' as const, details: messageOf(error).split('\n') }));
    proofs.push({ name, ...found });
  }
  return proofs;
}

function checks(context: Context, migrate: Migrate): Readonly<Record<string, Check>> {
  // Those of capabilities come with the package, which has tried them.
  const products = context.sources.filter(({ layout }) => layout === 'product').map(({ name }) => name);
  return {
    async history({ base }) {
      if (base === undefined) return { verdict: 'not proven', details: ['say what it goes into with --base <branch>'] };
      return verdictOf(await historyProblems(context, base));
    },
    async 'plan file'() {
      const { problems } = await migrate.verify();
      return verdictOf(
        problems.filter(({ id }) => id.includes('plan.lock')).map(({ id, problem, remedy }) => `${id} ${problem}; ${remedy}`),
      );
    },
    async lint() {
      const { findings } = await migrate.lint.findings();
      const errors = findings.filter(({ severity, waived }) => severity === 'error' && waived === undefined);
      return verdictOf(errors.map(({ id, file, line, message, safeWay }) => `${file}:${line} ${id} ${message} Instead: ${safeWay}`));
    },
    async rehearsal({ signal }) {
      const { migrations, limits } = await migrate.rehearsal.run({ sources: products, ...(signal && { signal }) });
      const open = migrations.filter(({ result }) => result !== 'passed');
      const details = open.flatMap(({ id, result, because, statements }) => [
        `${id} ${result}${because ? `: ${because}` : ''}`,
        ...statements.flatMap((one) => (one.because ? [`  line ${one.line}: ${one.because}`] : [])),
      ]);
      if (open.some(({ result }) => result === 'failed')) return { verdict: 'failed', details };
      return { verdict: open.length === 0 ? 'passed' : 'not proven', details: [...details, ...limits] };
    },
    async 'way back'({ signal }) {
      const pending = (await migrate.plan()).filter(
        ({ id, kind }) => kind === 'migration' && products.some((name) => id.startsWith(`${name}/`)),
      );
      const trials = await migrate.trials.run({ ids: pending.map(({ id }) => id), ...(signal && { signal }) });
      const failed = trials.filter(({ outcome }) => outcome === 'failed');
      if (failed.length > 0)
        return verdictOf(failed.flatMap(({ migration, findings }) => findings.map((finding) => `${migration}: ${finding}`)));
      const unseeded = trials.filter(({ isSeeded, outcome }) => !isSeeded && outcome === 'reversible').map(({ migration }) => migration);
      return { verdict: 'passed', details: unseeded.length === 0 ? [] : [`tried without rows (no seed.sql): ${unseeded.join(', ')}`] };
    },
    async documents({ signal }) {
      const { problems } = await migrate.documents.check({ ...(signal && { signal }) });
      return verdictOf(problems.map(({ path, line, problem }) => `${path}:${line} ${problem}`));
    },
  };
}
