import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnScript } from '../tests/support/child.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';

const rounds = 3;
const coldMs = 8_000;
const warmMs = 2_000;
const plinth = new URL('../bin/plinth.js', import.meta.url);
const config = fileURLToPath(new URL('../plinth.config.ts', import.meta.url));

export default {
  name: 'platform-cold',
  claim: 'an empty folder becomes a platform with four tiers and demo data in 8 s at most, and starts again in 2 s',
  async run() {
    const folder = await serverFolder('plinth-bench-');
    const [cold, warm]: [number[], number[]] = [[], []];
    try {
      for (let round = 0; round < rounds; round++) {
        const dataDir = join(folder, String(round));
        cold.push(await start(dataDir));
        warm.push(await start(dataDir));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return {
      columns: ['plinth up --demo', 'median ms', 'best ms'],
      rows: [
        ['empty folder', Math.round(median(cold)), Math.round(Math.min(...cold))],
        ['existing data', Math.round(median(warm)), Math.round(Math.min(...warm))],
      ],
      ratios: { 'cold / 8 s': median(cold) / coldMs, 'warm / 2 s': median(warm) / warmMs },
    };
  },
} satisfies Bench;

/** From the start of the process until it says that it is ready. */
async function start(dataDir: string): Promise<number> {
  const begun = performance.now();
  await using up = spawnScript(plinth, {
    args: ['--config', config, '--data', dataDir, '--http-port', '0', '--cluster-port', '0', 'up', '--demo'],
  });
  await up.line(/ready in/, 120_000);
  const readyMs = performance.now() - begun;
  up.signal('SIGTERM');
  await up.exit();
  return readyMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
