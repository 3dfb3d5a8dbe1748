import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { lintErrors } from './errors.ts';
import type { FixedPath } from './fix/fix-sources.ts';
import type { LintReport } from './lint.ts';
import { type Production, productionPath } from './production.ts';
import { isRefused } from './render.ts';

/** The rules over the files of the platform that is open; see `plinth migrate lint`. */
export interface Lint {
  /** Findings about the product's files that production.json does not list as applied, those that are allowed included. Reads files only. */
  findings(): Promise<LintReport>;
  /** Findings about these migrations and objects files, by `source/name`, with the sizes and the version of the servers that are open. */
  pending(ids: ReadonlySet<string>): Promise<LintReport>;
  /**
   * Stops where an error in these files is not allowed with a reason.
   *
   * @throws PLINTH_MIGRATE_LINT_FAILED
   */
  check(ids: ReadonlySet<string>): Promise<void>;
  /**
   * Rewrites what is mechanical in the product's files that are applied neither here nor in production; see
   * `fixSources`. Empty when there is nothing to fix.
   */
  fix(paths: readonly string[]): Promise<readonly FixedPath[]>;
  /** Version, sizes and applied migrations of the servers that are open; `isWritten` when production.json of the product changed. */
  stats(request?: {
    readonly write?: boolean;
  }): Promise<{ readonly stats: Production; readonly path?: string; readonly isWritten: boolean }>;
}

/** Neither reads nor loads the parser yet. */
export function openLint(context: Context): Lint {
  const { sources, clock } = context;
  const pending = async (ids: ReadonlySet<string>): Promise<LintReport> => {
    if (ids.size === 0) return { findings: [], files: 0 };
    const [{ lint }, { takeStats }] = await Promise.all([import('./lint.ts'), import('./stats.ts')]);
    return lint({ sources, now: clock.now(), only: ids, production: await takeStats(context) });
  };
  return {
    async findings() {
      const { lint } = await import('./lint.ts');
      return lint({ sources, now: clock.now() });
    },
    pending,
    async check(ids) {
      const refused = (await pending(ids)).findings.filter(isRefused);
      if (refused.length === 0) return;
      throw lintErrors.LINT_FAILED({ findings: refused.map(({ file, line, id, message }) => `${file}:${line} ${id} ${message}`) });
    },
    async fix(paths) {
      const [{ fixSources }, { takeStats }, { readProduction }] = await Promise.all([
        import('./fix/fix-sources.ts'),
        import('./stats.ts'),
        import('./production.ts'),
      ]);
      const here = await takeStats(context);
      const product = sources.findLast(({ layout }) => layout === 'product');
      const known = product && readProduction(product.dir);
      const applied = new Set([...here.applied, ...(known?.applied ?? [])]);
      return fixSources({ sources, now: clock.now(), production: known ?? here, applied, paths });
    },
    async stats({ write = false } = {}) {
      const { takeStats, writeStats } = await import('./stats.ts');
      const stats = await takeStats(context);
      if (!write) return { stats, isWritten: false };
      const product = sources.findLast(({ layout }) => layout === 'product');
      if (!product) throw migrateErrors.NO_PRODUCT();
      return { stats, path: productionPath(product.dir), isWritten: writeStats(product, stats) };
    },
  };
}
