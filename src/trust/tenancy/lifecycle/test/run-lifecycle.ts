/**
 * One operation in a process of its own, for tests that kill it. Argument as JSON: endpoints by tier, `dataDir`, the call (`[method,
 * …arguments]` of Lifecycle, or of Tenancy for `create`), and after how many transactions of tenancy it kills itself; 0 for never.
 */
import { channel } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../../../../kernel/index.ts';
import { openTenancyAt } from '../../test/open-at.ts';
import { folderData } from './folder-data.ts';
import { nameMasker } from './name-masker.ts';

const { endpoints, dataDir, dataFolder, call, killAfter } = JSON.parse(process.argv[2] ?? '');
const [method, ...args] = call;
const filled = { data: () => [{ by: 'files', value: folderData(dataFolder) }], masker: () => nameMasker };
await using opened = await openTenancyAt((tier) => endpoints[tier], dataDir, { isReady: true, filled });

let transactions = 0;
channel('plinth:connect:transaction').subscribe(() => {
  transactions++;
  if (transactions === killAfter) process.kill(process.pid, 'SIGKILL');
});
const { lifecycle, create } = opened.tenancy;
const methods = { ...lifecycle, create } as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
for (;;) {
  try {
    const result = await methods[method]?.(...args);
    console.log(`done after ${transactions} ${JSON.stringify(result)}`);
    break;
  } catch (error) {
    // The lead of one that was killed a moment ago.
    if (!hasCode(error, 'PLINTH_TENANCY_OPERATION_BUSY')) throw error;
    await delay(50);
  }
}
