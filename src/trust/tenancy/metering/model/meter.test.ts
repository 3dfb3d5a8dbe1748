import { expect, test } from 'vitest';
import { nilUuid } from '../../../../kernel/index.ts';
import { type Counter, Meter } from './meter.ts';
import { WalShares } from './wal-shares.ts';

const [a, b] = ['0199e0f2-0000-7000-8000-00000000000a', '0199e0f2-0000-7000-8000-00000000000b'];
const answer = (rowCount: number | null) => ({ rows: [], rowCount });
function meter() {
  const shares = new WalShares<Counter>();
  const opened = new Meter(() => shares);
  const watch = (tenantId: string, isReadOnly = true) => opened.watch({ tier: 'oltp', as: { tenantId }, tag: 'test', isReadOnly });
  return { opened, shares, watch };
}

test('[I40] what is counted is taken once, and what could not be written is not lost', () => {
  const { opened, watch } = meter();
  for (const witness of watch(a)) {
    witness.waited?.(5);
    witness.ran?.({ text: 'select' }, answer(3), 2);
    witness.ran?.({ text: 'select' }, answer(null), 1);
    expect(witness.failed?.('why', 4)).toBe('why');
    witness.copied?.(10, 8);
    witness.ended?.({ heldMs: 20, backendPid: 1, place: undefined });
  }
  const [counted, ...others] = opened.take();
  expect(counted).toEqual({ tenantId: a, tier: 'oltp', queries: 4, rows: 13, executionMs: 15, heldMs: 20, poolWaitMs: 5, walBytes: null });
  expect(others).toEqual([]);
  expect(opened.take()).toEqual([]);
  opened.giveBack(counted ? [counted] : []);
  watch(a)[0]?.ran?.({ text: 'select' }, answer(1), 1);
  expect(opened.take()).toMatchObject([{ queries: 5, rows: 14, heldMs: 20 }]);
});

test('[I40] a transaction that lasts over several times is counted in each, however the id is written', () => {
  const { opened, watch } = meter();
  const [long] = watch(a.toUpperCase());
  opened.take();
  opened.take();
  long?.ran?.({ text: 'select' }, answer(1), 1);
  watch(a)[0]?.ran?.({ text: 'select' }, answer(1), 1);
  expect(opened.take().map(({ tenantId, queries }) => [tenantId, queries])).toEqual([
    [a, 1],
    [a, 1],
  ]);
});

test('[I40] the owner is nobody’s, `system` is the nil tenant’s, and no id is nobody’s', () => {
  const { opened, watch } = meter();
  expect(opened.watch({ tier: 'oltp', as: 'owner', tag: 'test' })).toEqual([]);
  expect(watch('no id')).toEqual([]);
  opened.watch({ tier: 'queue', as: 'system', tag: 'test' })[0]?.ended?.({ heldMs: 1, backendPid: 1, place: undefined });
  expect(opened.take()).toMatchObject([{ tenantId: nilUuid, tier: 'queue', heldMs: 1 }]);
});

test('[I42] what a connection wrote is shared by those who held it for work that may write', () => {
  const { opened, shares, watch } = meter();
  const held = (tenantId: string, heldMs: number, backendPid: number, isReadOnly?: boolean) => {
    for (const witness of watch(tenantId, isReadOnly)) witness.ended?.({ heldMs, backendPid, place: undefined });
  };
  const written = () => Object.fromEntries(opened.take().map(({ tenantId, walBytes }) => [tenantId, walBytes]));
  held(a, 30, 1, false);
  held(b, 10, 1, false);
  held(b, 500, 1, true);
  held(b, 10, 2, false);
  expect(shares.backendPids).toEqual([1, 2]);
  shares.settle(new Map([[1, 4_000]]));
  expect(written()).toEqual({ [a]: 3_000, [b]: 1_000 });
  expect(shares.backendPids).toEqual([]);
  // The server tells late: nothing is forgotten until it does.
  held(a, 30, 1, false);
  shares.settle(new Map([[1, 4_000]]));
  expect(written()).toEqual({ [a]: null });
  shares.settle(new Map([[1, 4_100]]));
  expect(written()).toEqual({ [a]: 100 });
  // Of what was written while nobody could ask, nobody is told.
  held(a, 30, 1, false);
  shares.skip();
  expect(shares.backendPids).toEqual([]);
  opened.take();
  // Another process has got the id.
  held(b, 1, 1, false);
  shares.settle(new Map([[1, 50]]));
  expect(written()).toEqual({ [b]: 50 });
});
