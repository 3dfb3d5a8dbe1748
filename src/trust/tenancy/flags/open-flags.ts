import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import {
  asAudited,
  type Clock,
  type EventBus,
  type Log,
  loop,
  type Ring,
  ringAfter,
  ringBefore,
  type Service,
  sideOf,
} from '../../../kernel/index.ts';
import { flagErrors } from './errors.ts';
import { decide, usualRateOf } from './model/decide.ts';
import { Tally } from './model/tally.ts';
import {
  addOutcomes,
  deleteOldOutcomes,
  insertFlag,
  insertStep,
  type ListFlagsRow,
  listFlags,
  listSteps,
} from './sql/queries/queries.gen.ts';
import type { FlagStatus, FlagStep, Flags, StepCause, StepRequest } from './types.ts';

/** How often steps of other processes are looked for and outcomes are reported. */
const watchIntervalMs = 3_000;

export interface FlagsDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  isCanary(tenantId: string): boolean;
  hasCanaries(): boolean;
}

export interface OpenedFlags {
  readonly flags: Flags;
  /** Takes up steps of other processes, reports outcomes, takes the steps that follow from them. */
  readonly watch: Service;
  /** Reports what has not been reported yet. */
  close(): Promise<void>;
}

interface Step {
  readonly to: Ring;
  readonly cause: StepCause;
  readonly by: string;
  readonly everyMinutes?: number | undefined;
  readonly reason?: string | undefined;
}

/** Reads the flags. */
export async function openFlags(deps: FlagsDeps): Promise<OpenedFlags> {
  const { connect, events } = deps;
  const inRegistry = <T>(work: (tx: Transaction) => Promise<T>, signal?: AbortSignal) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.flags', ...(signal && { signal }) }, work);
  const tally = new Tally();
  let known: ReadonlyMap<string, ListFlagsRow> = new Map();

  async function read(signal?: AbortSignal): Promise<readonly ListFlagsRow[]> {
    const rows = await inRegistry((tx) => listFlags.all(tx, {}), signal);
    known = new Map(rows.map((row) => [row.name, row]));
    return rows;
  }

  async function find(name: string): Promise<ListFlagsRow> {
    await read();
    const found = known.get(name);
    if (!found) throw flagErrors.UNKNOWN_FLAG({ name, known: [...known.keys()] });
    return found;
  }

  /** False when somebody else took a step from where we stood. */
  async function take(flag: ListFlagsRow, { to, cause, by, everyMinutes, reason }: Step): Promise<boolean> {
    const usualRate = usualRateOf(outcomesOf(flag)) ?? null;
    const step = { flag_name: flag.name, number: flag.number + 1, ring: to, cause, changed_by: by, reason: reason ?? null };
    const every = to === 'all' || to === 'none' ? null : (everyMinutes ?? null);
    const taken = await inRegistry((tx) => insertStep.run(tx, { ...step, every_minutes: every, usual_rate: usualRate }));
    await read();
    return taken === 1;
  }

  const change = (name: string, request: Omit<StepRequest, 'to'>, target: (from: Ring) => Ring | undefined) =>
    asAudited(
      events,
      { action: 'tenancy.flags.step', target: { type: 'flag', id: name } },
      async () => {
        const flag = await find(name);
        const from = flag.ring as Ring;
        const to = target(from);
        if (to === undefined || (to === from && request.everyMinutes === undefined)) throw flagErrors.FLAG_AT_END({ name, ring: from });
        const taken = await take(flag, { to, cause: 'hand', ...request });
        if (!taken) throw flagErrors.FLAG_MOVED({ name, ring: known.get(name)?.ring ?? from });
        return statusOf(await find(name));
      },
      ({ ring }) => ({ details: { by: request.by, ring } }),
    );

  async function report(signal?: AbortSignal): Promise<void> {
    const outcomes = tally.drain();
    if (outcomes.length === 0) return;
    const columns = {
      flag_names: outcomes.map(({ name }) => name),
      step_numbers: outcomes.map(({ step }) => step),
      are_on: outcomes.map(({ isOn }) => isOn),
      calls: outcomes.map(({ calls }) => calls),
      failures: outcomes.map(({ failures }) => failures),
    };
    try {
      await inRegistry(async (tx) => {
        await addOutcomes.run(tx, columns);
        await deleteOldOutcomes.run(tx, {});
      }, signal);
    } catch (error) {
      tally.put(outcomes);
      throw error;
    }
  }

  /** All processes decide alike, and one of them gets to take the step. */
  async function goOn(flag: ListFlagsRow): Promise<void> {
    const { on, off, usualRate } = outcomesOf(flag);
    const ring = flag.ring as Ring;
    const step = decide({ ring, on, off, usualRate, isDue: flag.is_due, hasCanaries: deps.hasCanaries() });
    if (!step) return;
    const isBack = step.cause === 'errors';
    const reason = isBack ? `${on.failures} of ${on.calls} failed with it, ${off.failures} of ${off.calls} without` : undefined;
    const everyMinutes = isBack ? undefined : (flag.every_minutes ?? undefined);
    if (!(await take(flag, { ...step, by: 'plinth', everyMinutes, reason }))) return;
    const details = { ring: step.to, cause: step.cause, ...(reason !== undefined && { reason }) };
    events.emit('audited', { action: 'tenancy.flags.step', success: true, target: { type: 'flag', id: flag.name }, details });
    if (!isBack) return;
    const message = `Flag ${flag.name} went back from ring "${ring}" to "${step.to}": ${reason}. Mend it, then: plinth tenancy flag step ${flag.name}`;
    deps.log.warn(message);
    events.emit('notified', { title: 'Flag taken back', message, severity: 'warning', category: 'flags', data: details });
  }

  await read();
  const isOn = (name: string, tenantId: string) => {
    const flag = known.get(name);
    if (!flag) return false;
    const id = tenantId.toLowerCase();
    return sideOf({ name, ring: flag.ring as Ring, canaries: deps.isCanary(id) ? [id] : [] }, id) === 'new';
  };
  return {
    flags: {
      isOn,
      async run(name, tenantId, work) {
        const step = known.get(name)?.number;
        if (step === undefined) return work(false);
        const under = { name, step, isOn: isOn(name, tenantId) };
        try {
          const result = await work(under.isOn);
          tally.succeeded(under);
          return result;
        } catch (error) {
          tally.threw(under, error);
          throw error;
        }
      },
      list: async () => (await read()).map(statusOf),
      async history(name) {
        await find(name);
        return (await inRegistry((tx) => listSteps.all(tx, { flag_name: name }))).map(stepOf);
      },
      async add({ name, meaning, by }) {
        if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
          throw flagErrors.BAD_FLAG({ what: 'name', value: name, allowed: '1–63 lower case letters, digits and hyphens, a letter first' });
        if (meaning.trim() === '') throw flagErrors.BAD_FLAG({ what: 'meaning', value: meaning, allowed: 'what it turns on, for people' });
        const details = { by };
        await asAudited(events, { action: 'tenancy.flags.add', target: { type: 'flag', id: name }, details }, () =>
          inRegistry(async (tx) => {
            await insertFlag.run(tx, { name, meaning });
            const first = { flag_name: name, number: 1, ring: 'none', cause: 'hand', changed_by: by };
            await insertStep.run(tx, { ...first, reason: null, every_minutes: null, usual_rate: null });
          }),
        );
        return statusOf(await find(name));
      },
      step: (name, { to, ...request }) => change(name, request, (from) => to ?? ringAfter(from, deps.hasCanaries())),
      back: (name, request) => change(name, request, (from) => ringBefore(from, deps.hasCanaries())),
    },
    watch: loop(deps, {
      name: 'watch of the flags',
      intervalMs: watchIntervalMs,
      async run(signal) {
        await report(signal);
        for (const flag of await read(signal)) await goOn(flag);
      },
    }),
    close: () => report(),
  };
}

const outcomesOf = ({ on_calls, on_failures, off_calls, off_failures, usual_rate }: ListFlagsRow) => ({
  on: { calls: on_calls, failures: on_failures },
  off: { calls: off_calls, failures: off_failures },
  usualRate: usual_rate ?? undefined,
});

type StepRow = Pick<ListFlagsRow, 'number' | 'ring' | 'cause' | 'changed_by' | 'reason' | 'every_minutes' | 'created'>;

const stepOf = ({ number, ring, cause, changed_by, reason, every_minutes, created }: StepRow): FlagStep => ({
  number,
  ring: ring as Ring,
  cause: cause as StepCause,
  changedBy: changed_by,
  ...(reason !== null && { reason }),
  ...(every_minutes !== null && { everyMinutes: every_minutes }),
  created,
});

function statusOf(row: ListFlagsRow): FlagStatus {
  const { on, off } = outcomesOf(row);
  return { name: row.name, meaning: row.meaning, ...stepOf(row), on, off };
}
