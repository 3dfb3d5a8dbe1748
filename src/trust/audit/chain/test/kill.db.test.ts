import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, testPasswords, until } from '../../../../../tests/support/index.ts';
import { connectOptions, openConnect } from '../../../../foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { openTrail, type Trail } from '../../test/fixture.ts';
import { anchorFiles, type Chain, openChain } from '../index.ts';

const script = new URL('./run-sealing.ts', import.meta.url);
let trail: Trail;
let chain: Chain;
let args: (killAt?: string) => string[];
const open = new AsyncDisposableStack();

beforeAll(async () => {
  trail = open.use(await openTrail());
  const endpoint = { ...trail.platform.databases.oltp.endpoint, user: 'plinth_migrator', password: testPasswords.migratorPassword };
  args = (killAt) => [JSON.stringify({ endpoint, anchorDir: trail.anchorDir, killAt })];
  const deps = { clock: systemClock, log: silentLog, events: createEventBus() };
  const connect = open.use(await openConnect({ ...deps, endpoint: () => endpoint }, withDefaults(connectOptions)));
  chain = openChain({ ...deps, connect, anchors: anchorFiles(trail.anchorDir, join(trail.anchorDir, 'key.pem')) }, { sealSeconds: 1 });
});
afterAll(() => open.disposeAsync());

/** The next one seals and anchors the rest, and finds nothing wrong. */
async function expectWhole(): Promise<void> {
  await until(async () => {
    const { findings, status } = await chain.verify();
    expect(findings).toEqual([]);
    return status[0]?.unsealedEvents === 0;
  });
  const heads = await trail.rows(`select stream::text, max(number) as number from audit.blocks group by 1`);
  const records = await anchorFiles(trail.anchorDir, join(trail.anchorDir, 'key.pem')).read('oltp');
  expect(records.at(-1)?.heads.at(-1)).toMatchObject({ stream: heads.at(-1)?.stream, number: heads.at(-1)?.number });
}

for (const killAt of ['sealed', 'anchored'] as const) {
  test(`[I8] killed when the blocks were ${killAt}: the next one goes on`, async () => {
    await using child = spawnScript(script, { args: args(killAt) });
    expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
    await expectWhole();
  });
}

test('[I8] killed at any time, and a line that was only half written', async () => {
  for (let turn = 0; turn < 2; turn++) {
    await using child = spawnScript(script, { args: args() });
    await child.line(/round 1/);
    await delay(Math.random() * 200);
    await child.kill9();
    const [name] = (await readdir(trail.anchorDir)).filter((one) => one.endsWith('.jsonl'));
    await appendFile(join(trail.anchorDir, name as string), '{"tier":"oltp","kind":"he');
    await expectWhole();
  }
});

test('[I8] two that seal at once take turns', async () => {
  await using first = spawnScript(script, { args: args() });
  await using second = spawnScript(script, { args: args() });
  await Promise.all([first.line(/round 2/), second.line(/round 2/)]);
  await Promise.all([first.kill9(), second.kill9()]);
  await expectWhole();
});
