import { asAudited, createEventBus } from '../../kernel/index.ts';
import { openApprovals } from './approve/index.ts';
import { openBackfills } from './backfill/index.ts';
import { openBaselines } from './baseline/index.ts';
import type { MigrateDeps, OpenOptions } from './context.ts';
import { openDeployments } from './deployments/index.ts';
import { openDiff } from './diff/index.ts';
import { openDocuments } from './documents/index.ts';
import { openDrift } from './drift/index.ts';
import { openForeign } from './foreign/index.ts';
import { openGroups } from './groups/index.ts';
import { openImpact } from './impact/index.ts';
import { openLint } from './lint/index.ts';
import { schemaVersion } from './model/schema-version.ts';
import type { Migrate } from './model/types.ts';
import { openMoves } from './move/index.ts';
import { openContext } from './open-context.ts';
import { openParity } from './parity/index.ts';
import { prove } from './pipeline/index.ts';
import { readReleases, writePlans, writeRelease } from './plan-files.ts';
import { openRehearsals } from './rehearse/index.ts';
import { openRenames } from './rename/index.ts';
import { planOf, runsOf, statusOf, verify } from './report.ts';
import { revert } from './revert/index.ts';
import { accept, repair } from './settle.ts';
import { openSquashes } from './squash/index.ts';
import { openTemplates } from './templates/index.ts';
import { openTenants } from './tenants/index.ts';
import { openTrash } from './trash/index.ts';
import { openTrials } from './trial/index.ts';
import { up, upAndWait } from './up.ts';

/** Opens the runner; neither connects nor reads files yet. */
export function openMigrate(deps: MigrateDeps, options: OpenOptions): Migrate {
  const context = openContext(deps, options);
  const backfills = openBackfills(context);
  const { events = createEventBus() } = deps;
  const migrate: Migrate = {
    plan: () => planOf(context),
    status: () => statusOf(context),
    up: (request = {}) =>
      asAudited(
        events,
        { action: 'migrate.up' },
        () => (request.isWaiting ? upAndWait(context, request, backfills) : up(context, request)),
        ({ runId, applied, objectsReplaced }) =>
          applied.length + objectsReplaced.length === 0
            ? undefined
            : { target: { type: 'run', id: runId }, details: { applied, objectsReplaced } },
      ),
    down: (request) =>
      asAudited(
        events,
        { action: 'migrate.down' },
        () => revert(context, request),
        ({ runId, reverted }) => ({ target: { type: 'run', id: runId }, details: { to: request.to, reverted } }),
      ),
    runs: ({ limit = 50 } = {}) => runsOf(context, limit),
    verify: () => verify(context),
    repair: (request) => asAudited(events, { action: 'migrate.repair', details: { ...request } }, () => repair(context, request)),
    accept: (request) => asAudited(events, { action: 'migrate.accept', details: { ...request } }, () => accept(context, request)),
    writePlan: () => writePlans(context),
    rebasePlan: () => writePlans(context, { isConflict: true }),
    release: async (name) => writeRelease(context, name),
    releases: async () => readReleases(context),
    schemaVersion: (tier) => schemaVersion(context.readFiles(), tier),
    backfills,
    baselines: openBaselines(context),
    moves: openMoves(context),
    documents: openDocuments(context),
    diff: openDiff(context),
    drift: openDrift(context),
    foreign: openForeign(context),
    deployments: openDeployments(context),
    lint: openLint(context),
    parity: openParity(context),
    rehearsal: openRehearsals(context),
    groups: openGroups(context, backfills),
    impact: openImpact(context),
    approvals: openApprovals(context),
    renames: openRenames(context, backfills),
    squashes: openSquashes(context),
    templates: openTemplates(context),
    tenants: openTenants(context),
    trash: openTrash(context),
    prove: (request) => prove(context, migrate, request),
    trials: openTrials(context),
    async [Symbol.asyncDispose]() {},
  };
  return migrate;
}
