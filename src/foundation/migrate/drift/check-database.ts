import { type Executor, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import type { Context, Database } from '../context.ts';
import { eventTriggers } from '../event-triggers/index.ts';
import { compareSnapshots, type Difference, joinSnapshots, type Snapshot, takeSnapshot } from '../snapshot/index.ts';
import { attribute, divide, trailNames } from './model/attribute.ts';
import { fromStored } from './model/stored.ts';
import {
  hasSnapshots,
  type ListLostRow,
  latestSnapshot,
  listEvents,
  listLost,
  recordDrift,
  resolveDrifts,
} from './sql/queries/queries.gen.ts';
import type { DatabaseDrift, DriftEntry } from './types.ts';

/** A snapshot of 5,000 tables takes about two seconds; a busy server may need longer. */
const deadlineMs = 60_000;

/**
 * Compares one database with what the last run left, or with what the files made on `shadow`, and records the result
 * in `migrate.drifts`.
 */
export async function checkDatabase(
  context: Context,
  tiers: Database,
  request: { readonly shadow?: Context; readonly signal?: AbortSignal },
): Promise<DatabaseDrift> {
  const work = (tier: Tier) =>
    ({ tier, as: 'owner', tag: 'migrate.drift', deadlineMs, ...(request.signal && { signal: request.signal }) }) as const;
  const { shadow } = request;
  const rebuilt = shadow && (await rebuild(shadow, tiers, (tier) => ({ ...work(tier), isReadOnly: true, isolation: 'repeatable read' })));
  const found = await context.connect.transaction({ ...work(tiers[0]), isReadOnly: true, isolation: 'repeatable read' }, (tx) =>
    look(tx, tiers, rebuilt),
  );
  // What differs from the files has been there for as long as nobody looked; the record is of what happened since a run.
  if (!shadow && found.notCompared === undefined) await context.connect.transaction(work(tiers[0]), (tx) => record(tx, found));
  return found;
}

/** The databases of a shadow are always apart; the real one may hold several tiers. */
async function rebuild(
  shadow: Context,
  tiers: Database,
  work: (tier: Tier) => Parameters<Context['connect']['transaction']>[0],
): Promise<Snapshot> {
  const snapshots: Snapshot[] = [];
  for (const tier of tiers) snapshots.push(await shadow.connect.transaction(work(tier), (tx) => takeSnapshot(tx)));
  return joinSnapshots(snapshots);
}

async function look(tx: Transaction, tiers: Database, rebuilt: Snapshot | undefined): Promise<DatabaseDrift> {
  const basis = rebuilt ? 'files' : 'snapshot';
  const exists = (await hasSnapshots.one(tx, {})).exists;
  const latest = exists ? await latestSnapshot.first(tx, {}) : undefined;
  const expected = rebuilt ?? (latest && fromStored(latest));
  if (!expected) {
    const notCompared = latest
      ? 'the last snapshot was taken by another version of Plinth; compare with --thorough, or wait for the next "plinth migrate up" that changes something'
      : 'no run has left a snapshot here yet; the next "plinth migrate up" that changes something does';
    return { tiers, basis, entries: [], known: [], notCompared };
  }
  const actual = await takeSnapshot(tx);
  const differences = compareSnapshots(expected, actual).filter((difference) => !rebuilt || !isOfEventTriggers(difference));
  const onOf = (identity: string) => (actual.objects.get(identity) ?? expected.objects.get(identity))?.on;
  const identities = differences.flatMap((difference) => trailNames(difference, onOf(difference.identity)));
  const events =
    exists && differences.length > 0
      ? await listEvents.all(tx, { since: (!rebuilt && latest?.taken) || new Date(0), identities: [...new Set(identities)] })
      : [];
  const { drift, known } = divide(attribute(differences, events, onOf), expected, actual);
  const lost = latest && !rebuilt ? (await listLost.all(tx, { since: latest.taken })).map(lostEntry) : [];
  const isGone = ({ identity }: DriftEntry) => !actual.objects.has(identity) && !expected.objects.has(identity);
  const hasTrail = trail.every((identity) => actual.objects.has(identity));
  return {
    tiers,
    basis,
    expectedHash: expected.rootHash,
    actualHash: actual.rootHash,
    entries: [...drift, ...lost.filter(isGone)],
    known,
    ...(!hasTrail && { noTrail: 'the event triggers of the trail are not here; they take a superuser' }),
  };
}

const lostEntry = ({ kind, identity, happened, actor, application, client_address: address }: ListLostRow): DriftEntry => ({
  identity: `${kind} ${identity}`,
  kind: kind as DriftEntry['kind'],
  change: 'removed',
  ...{ happened, actor, application },
  ...(address !== null && { clientAddress: address }),
});

// Those of other capabilities keep trails of their own.
const trail = eventTriggers
  .filter(({ event, function: routine }) => event !== 'table_rewrite' && routine.startsWith('migrate.'))
  .map(({ name }) => `event trigger ${name}`);
const ofEventTriggers = new Set(eventTriggers.flatMap(({ name, function: routine }) => [`event trigger ${name}`, `function ${routine}`]));
// They are made by an administrator after a run, whose functions they become; files know nothing of it.
const isOfEventTriggers = ({ identity, kind, path }: Difference) =>
  ofEventTriggers.has(identity) && (kind === 'event trigger' || path === 'owner' || path?.startsWith('acl') === true);

async function record(executor: Executor, { entries }: DatabaseDrift): Promise<void> {
  for (const { identity, path = '', change, expected, actual, actor, application } of entries) {
    await recordDrift.run(executor, {
      id: uuidv7(),
      identity,
      path,
      change,
      expected: expected === undefined ? null : JSON.stringify(expected),
      actual: actual === undefined ? null : JSON.stringify(actual),
      actor: actor ?? null,
      application: application ?? null,
    });
  }
  await resolveDrifts.run(executor, { kept: entries.map(({ identity, path = '' }) => `${identity}\n${path}`) });
}
