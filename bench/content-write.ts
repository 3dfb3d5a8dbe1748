import { planMessage } from '../src/data/content/model/message/recipe.ts';
import type { Bench } from './bench.ts';
import { benchMail } from './content/mail.ts';
import { type BenchStore, batches, batchSize, insertPlain, openStore } from './content/store.ts';

const singles = 500;

/** Seconds that `work` takes. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item);
}

/** Half of the messages of either side first, then the other half: what one leaves in caches helps the other as much. */
async function takeTurns(store: BenchStore, all: readonly Buffer[][]) {
  let [ours, plain] = [0, 0];
  for (const batch of all) {
    ours += await time(() => store.putBatch(batch));
    const objects = batch.flatMap((raw) => [raw, ...planMessage(raw).parts.map((part) => part.bytes)]);
    plain += await time(() => insertPlain(store, 'objects', objects));
  }
  return { ours, plain };
}

const bench: Bench = {
  name: 'content-write',
  claim: 'putting mail parts (hash, dedup, compression) reaches at least 0.50 of inserting the same bytes into a plain bytea table',
  async run() {
    const { source, messages } = await benchMail();
    await using store = await openStore();
    const parts = messages.flatMap((raw) => planMessage(raw).parts.map((part) => part.bytes)).slice(0, singles * 2);
    const [warmUp = [], ...rest] = batches(messages, batchSize);
    await takeTurns(store, [warmUp]);
    const batch = await takeTurns(store, rest);
    const count = messages.length - warmUp.length;
    const [first, second] = [parts.slice(0, singles), parts.slice(singles)];
    const put = (bytes: Buffer) => store.content.put(store.subject, { kind: 'body' }, bytes);
    const plain = (bytes: Buffer) => insertPlain(store, 'raw', [bytes]);
    const one = {
      ours: (await time(() => each(first, put))) + (await time(() => each(second, put))),
      plain: (await time(() => each(first, plain))) + (await time(() => each(second, plain))),
    };
    return {
      columns: [source, 'ours, a second', 'plain, a second'],
      rows: [
        ['one part, one transaction', parts.length / one.ours, parts.length / one.plain],
        [`messages with parts, ${batchSize} a transaction`, count / batch.ours, count / batch.plain],
      ],
      ratios: {
        'one part, one transaction': one.plain / one.ours,
        'batches of messages': batch.plain / batch.ours,
      },
    };
  },
};
export default bench;
