import { expect, test } from 'vitest';
import { defineOptions, Type } from '../../../kernel/index.ts';
import { takeOptionFlags } from './option-flags.ts';

const definitions = [
  defineOptions('platform', Type.Object({ dataDir: Type.String({ default: '.plinth', description: 'd' }) })),
  defineOptions('cluster', Type.Object({ port: Type.Integer({ default: 1, description: 'd' }) })),
];

test('option flags are taken from anywhere, in both spellings, the rest keeps its order', () => {
  const taken = takeOptionFlags(['--cluster-port=5', 'migrate', '--data', '/x y', 'status', '--json'], definitions);
  expect(taken).toEqual({ flags: { 'cluster-port': '5', 'platform-data-dir': '/x y' }, rest: ['migrate', 'status', '--json'] });
});

test('after -- nothing is an option', () => {
  expect(takeOptionFlags(['content', '--', '--cluster-port', '5'], definitions).rest).toEqual(['content', '--', '--cluster-port', '5']);
});

test('a flag without its value is named', () => {
  expect(() => takeOptionFlags(['up', '--data'], definitions)).toThrow(/--data needs a value/);
});
