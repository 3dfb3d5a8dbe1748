import { messageOf, type Tier } from '../../../kernel/index.ts';
import { type Session, takeLead } from '../../connect/index.ts';
import { archivePart } from '../archive/index.ts';
import { type Context, databases, placeOf } from '../context.ts';
import {
  carryRows,
  dropPart,
  type ListDroppableRow,
  type ListDueRow,
  listDroppable,
  listDue,
  noteRetention,
  seeParts,
  setPartBlocked,
} from '../sql/queries/queries.gen.ts';
import { freeClaims } from './claims.ts';
import { detach, finishInterrupted, retentionLead } from './detach.ts';
import { withLadder } from './ladder.ts';
import type { LeavingPart, RetainRequest, RetentionStep } from './types.ts';

const carryBatch = 1_000;

/** One database's part of a round: a session that holds the lock of retention there. */
interface Round {
  readonly context: Context;
  readonly tier: Tier;
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly onlySet: string | null;
  readonly isDryRun: boolean;
}

/**
 * Takes what is behind the retention line out of its table and drops what has passed its days of grace, oldest first. What
 * stands in the way of one partition stops no other; it is in the answer and in the history.
 */
export async function retain(context: Context, request: RetainRequest): Promise<readonly RetentionStep[]> {
  const place = request.table === undefined ? undefined : await placeOf(context, request.table);
  const signal = request.signal ?? new AbortController().signal;
  const isDryRun = request.isDryRun ?? false;
  const steps: RetentionStep[] = [];
  for (const tier of place ? [place.tier] : databases(context)) {
    const wanted = { tier, tag: 'partition.retain', signal };
    await using session = await (isDryRun
      ? context.connect.session(wanted)
      : takeLead(context.connect, { ...wanted, name: retentionLead }));
    // Another process is at it; what it leaves is done by the next round.
    if (!session) continue;
    const round: Round = { context, tier, session, signal, onlySet: place?.table ?? null, isDryRun };
    request.onProgress?.(`${tier}: looking behind the retention line`);
    steps.push(...(await leave(round)), ...(await drop(round)));
    if (!isDryRun) await noteRetention.run(session, { only_set: round.onlySet });
  }
  return steps;
}

async function leave(round: Round): Promise<RetentionStep[]> {
  const { context, session, signal, isDryRun } = round;
  if (!isDryRun) {
    await seeParts.run(session, {});
    await finishInterrupted(context, session, signal);
  }
  const steps: RetentionStep[] = [];
  for (const due of await listDue.all(session, { only_set: round.onlySet })) {
    const isCarried = due.gate === 'carry';
    const found = isCarried ? undefined : (due.gate ?? undefined);
    const gate = found ?? (await reasonToStay(round, due)) ?? (isDryRun ? undefined : await go(round, due));
    if (!isDryRun && gate !== undefined) await setPartBlocked.run(session, { part_id: due.part_id, blocked_by: gate });
    steps.push(stepOf(round, due, isCarried ? 'carry and detach' : 'detach', gate));
  }
  if (!isDryRun) await freeClaims(session, round.onlySet, signal);
  return steps;
}

/** Detaches one partition, after its leftovers were carried where that is declared. Gives what stood in the way. */
async function go(round: Round, due: ListDueRow): Promise<string | undefined> {
  const { context, session, signal } = round;
  try {
    if (due.gate === 'carry')
      while ((await carryRows.one(session, { part_id: due.part_id, batch: carryBatch })).moved > 0) signal.throwIfAborted();
    await detach(context, session, { partId: due.part_id, branch: due.branch, part: due.part }, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    context.log.error(`partition: ${due.part} stays attached for now`, { error: messageOf(error) });
    return messageOf(error);
  }
}

async function drop(round: Round): Promise<RetentionStep[]> {
  const { context, session, isDryRun } = round;
  const steps: RetentionStep[] = [];
  const droppable = await listDroppable.all(session, { grace_seconds: context.options.graceDays * 86_400, only_set: round.onlySet });
  for (const one of droppable) {
    const step = isToArchive(one) ? 'archive and drop' : 'drop';
    const gate = (await reasonToStay(round, one)) ?? (isDryRun ? undefined : await archiveAndDrop(round, one));
    if (!isDryRun && gate !== undefined) await setPartBlocked.run(session, { part_id: one.part_id, blocked_by: gate });
    steps.push(stepOf(round, one, step, gate));
  }
  return steps;
}

const isToArchive = ({ archive_mode: mode, state }: ListDroppableRow) => (mode === 'file' || mode === 'tier') && state !== 'archived';

async function archiveAndDrop({ context, tier, session, signal }: Round, one: ListDroppableRow): Promise<string | undefined> {
  try {
    if (isToArchive(one)) await archivePart(context, tier, one.part_id, signal);
    await withLadder(context, session, signal, ({ waitedMs }) => dropPart.run(session, { part_id: one.part_id, waited_ms: waitedMs }));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    context.log.error(`partition: ${one.part} is kept`, { error: messageOf(error) });
    return messageOf(error);
  }
}

/** Asks those above who can forbid it; whoever cannot answer forbids it. */
async function reasonToStay({ context, tier }: Round, one: ListDueRow | ListDroppableRow): Promise<string | undefined> {
  const part: LeavingPart = { tier, set: one.set_name, table: one.part, from: one.lower_bound ?? '', to: one.upper_bound ?? '' };
  try {
    const hold = await context.holds()?.holdOn(part);
    return hold ?? (await context.beforeDetach()?.reasonToStay(part));
  } catch (error) {
    return `cannot be evaluated: ${messageOf(error)}`;
  }
}

function stepOf(
  { tier, isDryRun }: Round,
  row: ListDueRow | ListDroppableRow,
  step: RetentionStep['step'],
  gate: string | undefined,
): RetentionStep {
  const rows = 'rows' in row ? row.rows : row.row_count;
  return {
    tier,
    set: row.set_name,
    table: row.part,
    ...(row.lower_bound !== null && { from: row.lower_bound }),
    ...(row.upper_bound !== null && { to: row.upper_bound }),
    ...(rows !== null && { rows }),
    ...(row.size_bytes !== null && { sizeBytes: row.size_bytes }),
    step,
    ...(gate !== undefined && { gate }),
    isDone: !isDryRun && gate === undefined,
  };
}
