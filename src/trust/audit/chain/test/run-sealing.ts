// A process of its own that writes and seals until it is killed; it says when it is in the middle of what.
import type { Endpoint } from '../../../../foundation/cluster/index.ts';
import { connectOptions, openConnect } from '../../../../foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { anchorFiles, openChain } from '../index.ts';

const { endpoint, anchorDir, killAt } = JSON.parse(process.argv[2] ?? '') as {
  endpoint: Endpoint;
  anchorDir: string;
  killAt?: 'sealed' | 'anchored';
};
const deps = { clock: systemClock, log: silentLog, events: createEventBus() };
await using connect = await openConnect({ ...deps, endpoint: () => endpoint }, withDefaults(connectOptions));
const files = anchorFiles(anchorDir, `${anchorDir}/key.pem`);
const kill = () => process.kill(process.pid, 'SIGKILL');
const chain = openChain(
  {
    ...deps,
    connect,
    anchors: {
      read: files.read,
      async append(record) {
        // The blocks are committed, their heads are not anchored.
        if (killAt === 'sealed') kill();
        await files.append(record);
        if (killAt === 'anchored') kill();
      },
    },
  },
  { sealSeconds: 1 },
);
for (let round = 0; ; round++) {
  await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.write' }, (tx) =>
    tx.query({ text: `insert into audit.events (kind, action) select 'operation', 'test.round' from generate_series(1, 50)` }),
  );
  await chain.seal();
  console.log(`round ${round}`);
}
