import type { Bench } from './bench.ts';
import { benchMail } from './content/mail.ts';
import { batches, batchSize, insertPlain, openStore, partsOf } from './content/store.ts';

const bench: Bench = {
  name: 'content-savings',
  claim: 'mail with its parts takes at most 0.95 of the disk that plain bytea columns take; at least 90 % of messages are recipes',
  async run() {
    const { source, messages } = await benchMail();
    await using store = await openStore();
    let recipes = 0;
    for (const batch of batches(messages, batchSize)) {
      const stored = await store.putBatch(batch);
      recipes += stored.filter((message) => message.layout === 'recipe').length;
      await insertPlain(store, 'raw', batch);
      await insertPlain(store, 'objects', [...batch, ...(await partsOf(store, stored))]);
    }
    const ours = await store.content.savings(store.subject);
    const sizes = 'pg_total_relation_size($1::regclass)::int8 as disk, (select sum(octet_length(bytes))::int8 from';
    const [raw] = await store.sql(`select ${sizes} bench.raw) as bytes`, ['bench.raw']);
    const [both] = await store.sql(`select ${sizes} bench.objects) as bytes`, ['bench.objects']);
    if (!raw || !both) throw new Error('the peer has no size');
    const saved = (bytes: number) => `${((1 - bytes / ours.rawBytes) * 100).toFixed(1)} %`;
    const perMessage = (bytes: number) => Math.round(bytes / messages.length);
    const line = (what: string, bytes: number) => [what, bytes, perMessage(bytes), saved(bytes)];
    return {
      columns: [`${messages.length} messages, ${source}`, 'bytes', 'a message', 'saved of raw'],
      rows: [
        line('raw messages, handed over', ours.rawBytes),
        line('unique: deduplicated, as recipes', ours.uniqueBytes),
        line('stored: compressed', ours.storedBytes),
        line('on disk: tables, indexes, TOAST', ours.diskBytes),
        line('PostgreSQL default, raw alone: on disk', Number(raw.disk)),
        line('PostgreSQL default, raw and parts: bytes', Number(both.bytes)),
        line('PostgreSQL default, raw and parts: on disk', Number(both.disk)),
      ],
      ratios: {
        'messages kept as recipe': recipes / messages.length,
        'stored / raw': ours.storedBytes / ours.rawBytes,
        'disk / PostgreSQL default, raw and parts': ours.diskBytes / Number(both.disk),
        'disk / PostgreSQL default, raw alone (its parts cannot be read by themselves)': ours.diskBytes / Number(raw.disk),
      },
    };
  },
};
export default bench;
