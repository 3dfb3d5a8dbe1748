import { type Executor, isTier, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { type Connect, distinctDatabases, type Transaction, takeLead } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { changeLog } from './change-log.ts';
import { copyAndFollow } from './copy-and-follow.ts';
import { cutOver, switchTogether } from './cut-over.ts';
import { moveErrors } from './errors.ts';
import type { OpenMove } from './open-move.ts';
import { reconcile } from './reconcile.ts';
import { readSides, type Sides } from './sides.ts';
import { addMove, hasMoves, type ListMovesRow, listMoves, recordComparison } from './sql/queries/queries.gen.ts';
import type { MoveDefinition, MoveRequest, MoveState, MoveStatus, Moves } from './types.ts';

const firstRows = 1_000;
const sampleRows = 20_000;

/** Opens moves over the runner's connections; neither connects nor starts anything. */
export function openMoves(context: Pick<Context, 'connect' | 'clock' | 'options' | 'changeSource'>): Moves {
  const { connect, clock } = context;
  const on = <T>(tier: Tier, doing: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move' }, doing);
  const rowsOf = (tier: Tier) => on(tier, async (tx) => ((await hasMoves.one(tx, {})).exists ? listMoves.all(tx, {}) : []));

  async function find(name: string): Promise<ListMovesRow> {
    for (const tier of distinctDatabases(connect)) {
      const row = (await rowsOf(tier)).find((one) => one.name === name);
      if (row) return row;
    }
    throw moveErrors.MOVE_UNKNOWN({ name });
  }
  const status = async (name: string) => statusOf(await find(name));

  function sidesOf(definition: MoveDefinition, source: Connect | undefined): Promise<Sides> {
    if (!definition.from.tier && !source) throw moveErrors.MOVE_NO_SOURCE({ name: definition.name });
    return readSides(definition, { source: definition.from.tier ? connect : (source ?? connect), target: connect });
  }

  /** Works on moves as the only one who moves anything into their database. @throws PLINTH_MIGRATE_MOVE_BUSY */
  async function withMoves<T>(names: readonly [string, ...string[]], request: MoveRequest, work: (moves: OpenMove[]) => Promise<T>) {
    const { signal = new AbortController().signal, onProgress: progress = () => {} } = request;
    const [name] = names;
    const { to } = (await find(name)).definition as MoveDefinition;
    // Changes are carried over by one at a time: two could bring an older state of a row over a newer one.
    await using lead = await takeLead(connect, { tier: to.tier, tag: 'migrate.move', name: 'plinth migrate move', signal });
    if (!lead) throw moveErrors.MOVE_BUSY({ name });
    const changes = context.changeSource?.() ?? changeLog;
    const lost = new AbortController();
    lead.onLost((error) => lost.abort(error));
    const bound = AbortSignal.any([signal, lost.signal]);
    const moves: OpenMove[] = [];
    for (const name of names) {
      const row = await find(name);
      const definition = row.definition as MoveDefinition;
      const sides = await sidesOf(definition, request.source);
      const { connect: from, tier, table, key } = sides.source;
      const { only } = definition;
      moves.push({
        id: row.id,
        name,
        definition,
        row,
        sides,
        changes,
        move: { id: row.id, connect: from, tier, table, key, ...(only && { only }) },
        clock,
        signal: bound,
        deadlineMs: context.options.lockDeadlineMs,
        progress,
      });
    }
    // Awaited here: the lead is given away when this returns.
    return await work(moves);
  }
  const withMove = <T>(name: string, request: MoveRequest, work: (move: OpenMove) => Promise<T>) =>
    withMoves([name], request, ([move]) => work(move as OpenMove));

  return {
    async plan(definition, { source } = {}) {
      const sides = await sidesOf(definition, source);
      const started = clock.monotonicMs();
      const read = await sides.source.connect.transaction(
        { tier: sides.source.tier, as: 'owner', priority: 'batch', isReadOnly: true, tag: 'migrate.move' },
        async (tx) => {
          let bytes = 0;
          const text = `copy (select ${sides.source.expressions.join(', ')} from ${sides.source.relation} limit ${sampleRows}) to stdout`;
          const stream = tx.copyTo(text);
          for await (const chunk of stream) bytes += (chunk as Buffer).length;
          return { bytes, rows: (stream as unknown as { readonly rowCount: number }).rowCount };
        },
      );
      const seconds = (clock.monotonicMs() - started) / 1000;
      const rows = Math.max(sides.rows, read.rows);
      return { rows, bytes: Math.max(sides.bytes, read.bytes), seconds: read.rows === 0 ? 0 : Math.ceil((2 * seconds * rows) / read.rows) };
    },
    async start(definition, { source } = {}) {
      const sides = await sidesOf(definition, source);
      await on(definition.to.tier, async (tx) => {
        const added = await addMove.run(tx, {
          id: uuidv7(),
          name: definition.name,
          tier: definition.to.tier,
          definition: JSON.stringify(definition),
          batch_rows: firstRows,
          rows_total: sides.rows,
        });
        // What differs from the source is taken away when sides are compared: rows of anything else must not be there.
        if (added > 0) await refuseRows(tx, definition, sides);
      });
      const row = await find(definition.name);
      if (canonical(row.definition as MoveDefinition) !== canonical(definition)) throw moveErrors.MOVE_DIFFERS({ name: definition.name });
      return statusOf(row);
    },
    run: (name, request = {}) =>
      withMove(name, request, async (move) => {
        await copyAndFollow(move);
        return status(name);
      }),
    verify: (name, request = {}) =>
      withMove(name, request, async (move) => {
        const { state } = move.row;
        if (state !== 'following')
          throw moveErrors.MOVE_UNFINISHED({ name, reason: `it is ${state}`, next: state === 'switched' ? 'list' : 'run' });
        await copyAndFollow(move);
        const found = await reconcile(move, { repair: request.repair ?? false });
        await on(move.sides.target.tier, (tx) => recordComparison.run(tx, { id: move.id, discrepancies: found.count }));
        return found;
      }),
    cutover: (name, request = {}) =>
      withMove(name, request, async (move) => {
        await cutOver(move, request.whilePaused ?? (async () => {}));
        return status(name);
      }),
    switchTogether: async ([first, ...others], request, work) => {
      if (first !== undefined) await withMoves([first, ...others], request, (moves) => switchTogether(moves, work));
    },
    into: (other) => openMoves({ ...context, connect: other }),
    async list() {
      const lists: MoveStatus[] = [];
      for (const tier of distinctDatabases(connect)) lists.push(...(await rowsOf(tier)).map(statusOf));
      return lists;
    },
  };
}

async function refuseRows(tx: Executor, { from, to }: MoveDefinition, { target }: Sides): Promise<void> {
  const { rows } = await tx.query({ text: `select exists (select from ${target.relation} where ${target.filter}) as has_rows` });
  if (!rows[0].has_rows) return;
  throw moveErrors.MOVE_REFUSED({
    from: from.table,
    to: to.table,
    reason: 'the target has rows',
    remedy: 'Empty it, or move to another table',
  });
}

const canonical = ({ from, to, columns, only }: MoveDefinition) =>
  JSON.stringify([from.tier, from.table, to.tier, to.table, Object.entries(columns ?? {}).sort(), only?.column, only?.value]);

function statusOf(row: ListMovesRow): MoveStatus {
  const { from, to } = row.definition as MoveDefinition;
  return {
    name: row.name,
    tier: isTier(row.tier) ? row.tier : to.tier,
    from: `${from.tier ?? 'other server'}:${from.table}`,
    to: `${to.tier}:${to.table}`,
    state: row.state as MoveState,
    rowsCopied: row.rows_copied,
    rowsApplied: row.rows_applied,
    rowsTotal: row.rows_total,
    ...(row.discrepancies !== null && { discrepancies: row.discrepancies }),
    ...(row.verified && { verified: row.verified }),
    ...(row.switched && { switched: row.switched }),
    ...(row.pause_ms !== null && { pauseMs: row.pause_ms }),
  };
}
