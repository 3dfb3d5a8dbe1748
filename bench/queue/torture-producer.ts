/** Enqueues, and writes down what was acknowledged: `<kind> <id> <key> <n>`. Ends when it is told to. */
import { systemClock } from '../../src/kernel/index.ts';
import { appendTo, openTold, type Payload, strictLine, type ToldProducer, untilUp } from './torture-process.ts';

const lines = 10;
const bulk = 80;
const singles = 20;
const aRound = 2 * lines + 2 * bulk + singles;

const told = JSON.parse(process.argv[2] ?? '') as ToldProducer;
const queue = await untilUp(() => openTold(told));
const append = appendTo(told.log);
queue.define({ name: 'plain', queue: 'default' });
queue.define<Payload>({ name: 'ordered', queue: 'default', limits: strictLine });
queue.define({ name: 'effect', queue: 'default' });
await untilUp(() => queue.definitions.sync());

let [rounds, acknowledged, refused] = [0, 0, 0];
let isOver = false;
process.on('message', () => {
  isOver = true;
});
const tenantOf = (n: number) => told.tenants[n % told.tenants.length] as string;

async function put(kind: string, payloads: readonly Payload[], write: () => Promise<readonly { readonly id: string }[]>): Promise<void> {
  try {
    const made = await write();
    append(made.map(({ id }, at) => `${kind} ${id} ${payloads[at]?.key ?? ''} ${payloads[at]?.n}`));
    acknowledged += made.length;
  } catch {
    // Nobody was promised anything; it may be there all the same.
    refused += payloads.length;
  }
}
const many = (kind: string, payloads: readonly Payload[]) =>
  put(kind, payloads, () =>
    queue.enqueueMany(
      kind,
      payloads.map((payload, at) => ({ payload, tenantId: tenantOf(at) })),
    ),
  );
const single = (kind: string, payload: Payload) =>
  put(kind, [payload], async () => [await queue.enqueue(kind, payload, { tenantId: tenantOf(payload.n) })]);

const startedMs = performance.now();
for (; !isOver; rounds++) {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => ({ n: rounds * count + at }));
  await Promise.all([
    // One after the other, so that the order of a key is that of its numbers.
    many(
      'ordered',
      Array.from({ length: lines }, (_, key) => ({ key: `${told.name}-${key}`, n: rounds })),
    ),
    many('plain', numbers(bulk)),
    many('plain', numbers(bulk)),
    ...numbers(singles).map((payload) => single('plain', payload)),
    ...numbers(lines).map((payload) => single('effect', payload)),
  ]);
  process.send?.({ acknowledged, refused });
  const aheadMs = ((rounds + 1) * aRound * 1_000) / told.perSecond - (performance.now() - startedMs);
  if (aheadMs > 0) await systemClock.sleep(aheadMs);
}
process.exit();
