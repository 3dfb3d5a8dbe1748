import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose } from './compose.ts';
import { isRefusal, openOutgoing } from './outgoing.ts';

const draft = (id: string, to = 'ann@a.example') => ({
  messageId: `<${id}@b.example>`,
  from: { name: 'Bob', address: 'bob@b.example' },
  to: { name: 'Ann', address: to },
  subject: 'Grüße',
  text: 'Hello.\n',
  date: new Date('2026-07-01T09:00:00Z'),
  references: [`<first@b.example>`],
});

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'plinth-sink-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('the same draft gives the same bytes', async () => {
  const [one, two] = await Promise.all([compose(draft('1')), compose(draft('1'))]);
  expect(one.raw.equals(two.raw)).toBe(true);
  expect(one.raw.toString()).toContain('Message-ID: <1@b.example>');
  expect(one.raw.toString()).toContain('In-Reply-To: <first@b.example>');
});

test('what the sink accepted stands in its file, and is known to the next sink there', async () => {
  await using place = await folder();
  {
    await using outgoing = openOutgoing(undefined, place.path);
    const message = await compose(draft('1'));
    expect(await outgoing.send(message)).toMatchObject({ code: 250 });
    expect(await outgoing.verify('<1@b.example>')).toMatchObject({ happened: true });
    expect(await outgoing.verify('<2@b.example>')).toEqual({ happened: false });
  }
  await using again = openOutgoing(undefined, place.path);
  expect(await again.verify('<1@b.example>')).toMatchObject({ happened: true });
  const lines = (await readFile(join(place.path, 'accepted.tsv'), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.split('\t').slice(1, 4)).toEqual(['bob@b.example', 'ann@a.example', '<1@b.example>']);
});

test('a server that is not there is no refusal', async () => {
  await using outgoing = openOutgoing('smtp://127.0.0.1:1', '');
  const error: unknown = await outgoing.send(await compose(draft('1'))).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  expect(isRefusal(error)).toBe(false);
});
