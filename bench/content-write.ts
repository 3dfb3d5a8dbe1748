import type { StoredMessage } from '../src/data/content/index.ts';
import type { Bench } from './bench.ts';
import { benchMail } from './content/mail.ts';
import { type BenchStore, batches, batchSize, insertPlain, openStore, partsOf } from './content/store.ts';

const singles = 1_000;

/** Seconds that `work` takes. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item);
}

/** Batch by batch, first ours, then the peer with the same bytes. */
async function takeTurns(store: BenchStore, all: readonly Buffer[][]) {
  let [ours, plain] = [0, 0];
  for (const batch of all) {
    let stored: readonly StoredMessage[] = [];
    ours += await time(async () => {
      stored = await store.putBatch(batch);
    });
    const objects = [...batch, ...(await partsOf(store, stored))];
    plain += await time(() => insertPlain(store, 'objects', objects));
  }
  return { ours, plain };
}

const bench: Bench = {
  name: 'content-write',
  claim: 'putting a mail part (hash, dedup, compression) reaches at least 0.50 of inserting its bytes into a plain bytea table',
  async run() {
    const { source, messages } = await benchMail();
    await using store = await openStore();
    const [warmUp = [], ...rest] = batches(messages, batchSize);
    await takeTurns(store, [warmUp]);
    const batch = await takeTurns(store, rest);
    const count = messages.length - warmUp.length;
    // Parts of mail, each made new by its last bytes: the store has them all by now.
    const some = await partsOf(store, await store.putBatch(messages.slice(0, singles)));
    const parts = some.slice(0, singles).map((bytes, i) => Buffer.concat([bytes, Buffer.from(` ${i}`)]));
    const put = (bytes: Buffer) => store.content.put(store.subject, { kind: 'body' }, bytes);
    const plain = (bytes: Buffer) => insertPlain(store, 'raw', [bytes]);
    const one = { ours: await time(() => each(parts, put)), plain: await time(() => each(parts, plain)) };
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
