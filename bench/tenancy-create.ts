import { randomUUID } from 'node:crypto';
import type { Bench } from './bench.ts';
import { openScratch } from './tenancy/scratch.ts';

const tenants = 200;

const bench: Bench = {
  name: 'tenancy-create',
  claim: 'creating a tenant takes at most 50 ms (median), the registry and its replicas in four databases included; orientation',
  async run() {
    await using scratch = await openScratch();
    const took: number[] = [];
    for (let made = 0; made < tenants; made++) {
      const started = performance.now();
      await scratch.tenancy.create({ slug: `t-${randomUUID()}` });
      took.push(performance.now() - started);
    }
    took.sort((a, b) => a - b);
    const at = (share: number) => took[Math.floor(share * (tenants - 1))] ?? 0;
    return {
      columns: ['share', 'ms'],
      rows: [0.5, 0.95, 0.99].map((share) => [`${share * 100} %`, at(share).toFixed(1)]),
      ratios: { 'median / 50 ms': at(0.5) / 50 },
    };
  },
};
export default bench;
