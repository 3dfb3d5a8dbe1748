import { expect, test } from 'vitest';
import { drawFlow } from './draw.ts';

test('steps stand to the right of those they wait for, whatever their keys say', async () => {
  const quoted = 'a "quoted" -> b; }';
  const { boxes, lines, widthPx, heightPx } = await drawFlow([
    { key: 'fetch', after: [] },
    { key: quoted, after: ['fetch', 'gone'] },
    { key: 'last', after: [quoted, 'fetch'] },
  ]);
  const left = (key: string) => boxes.find(({ name }) => name === key)?.leftPx ?? Number.NaN;
  expect(left('fetch')).toBeLessThan(left(quoted));
  expect(left(quoted)).toBeLessThan(left('last'));
  expect(boxes.every((box) => box.leftPx >= 0 && box.leftPx + box.widthPx <= widthPx + 1 && box.topPx + box.heightPx <= heightPx + 1)).toBe(
    true,
  );
  expect(lines.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([`${quoted} last`, `fetch ${quoted}`, 'fetch last'].sort());
  expect(lines.every(({ path }) => /^M[\d. ]+C[\d. -]+/.test(path))).toBe(true);
});
