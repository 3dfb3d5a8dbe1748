import { createEventBus, silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import type { Endpoint } from '../../../cluster/index.ts';
import { type Connect, connectOptions, openConnect, type Session } from '../../../connect/index.ts';
import { stateOf } from '../../run/index.ts';
import { type Measurement, type Meter, measureApart, measureInTransaction, prepareMeter } from '../measure.ts';
import { fixture, type LockCase, type LockTruth, type LockTruths, readCases } from './cases.ts';

/** Measures all cases in an empty database as its superuser, and leaves it without the fixture. Takes some seconds. */
export async function measureCases(endpoint: Endpoint): Promise<LockTruths> {
  const deps = { clock: systemClock, log: silentLog, events: createEventBus(), endpoint: () => endpoint };
  await using connect = await openConnect(deps, withDefaults(connectOptions));
  await using cleanup = new AsyncDisposableStack();
  const open = async (tag: string) => cleanup.use(await connect.session({ tier: 'oltp', tag }));
  const meter = await prepareMeter({
    session: await open('locks'),
    watcher: await open('locks.watch'),
    fences: [await open('locks.fence'), await open('locks.fence')],
  });
  const cases: LockTruth[] = [];
  await renew(meter.session);
  for (const one of await readCases()) {
    const { statement, ...rest } = one;
    cases.push({ ...rest, statement: statement.sql, ...(await measureCase(meter, one)) });
    if (one.given.length > 0 || !one.isTransactional) await renew(meter.session);
  }
  await meter.session.query({ text: 'drop schema app cascade' });
  return { server: await serverVersion(connect), cases };
}

async function measureCase(meter: Meter, { given, before, statement, isTransactional }: LockCase) {
  for (const text of given) await meter.session.query({ text });
  if (isTransactional) await meter.session.query({ text: ['begin', ...before].join('; ') });
  try {
    return written(await (isTransactional ? measureInTransaction(meter, statement) : measureApart(meter, statement)));
  } catch (error) {
    return refused(error);
  } finally {
    if (isTransactional) await meter.session.query({ text: 'rollback' });
  }
}

async function renew(session: Session): Promise<void> {
  await session.query({ text: 'drop schema if exists app cascade' });
  await session.query({ text: 'drop publication if exists lock_truth' });
  await session.query({ text: fixture() });
}

const written = ({ footprint: { locks, rewrites, scans, indexBuilds } }: Measurement) => ({
  locks: Object.fromEntries(locks.map(({ relation, mode }) => [relation, mode])),
  rewrites,
  scans,
  indexBuilds: indexBuilds.map(({ index, table }) => `${index} on ${table}`),
});

function refused(error: unknown) {
  const state = stateOf(error);
  if (state === undefined) throw error;
  return { locks: {}, rewrites: [], scans: [], indexBuilds: [], refused: state };
}

async function serverVersion(connect: Connect): Promise<string> {
  const request = { tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'locks.version' } as const;
  const { rows } = await connect.transaction(request, (tx) => tx.query({ text: 'show server_version' }));
  return String(rows[0]?.server_version).split(' ', 1)[0] ?? '';
}
