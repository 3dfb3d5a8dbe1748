import { expect, test } from 'vitest';
import { defineOptions, resolveOptions, Type, withDefaults } from './options.ts';

const cluster = defineOptions(
  'cluster',
  Type.Object({
    port: Type.Integer({ default: 5433, minimum: 1, maximum: 65535, description: 'TCP port' }),
    engine: Type.Union([Type.Literal('auto'), Type.Literal('embedded')], { default: 'auto', description: 'where PostgreSQL comes from' }),
    oltpUrl: Type.Optional(Type.String({ description: 'attached server', secret: true })),
  }),
);
const value = (sources: Parameters<typeof resolveOptions>[1], key = 'port') =>
  resolveOptions([cluster], sources).find((option) => option.key === key);

test('the later source wins: default < file < environment < flag < code', () => {
  const file = { cluster: { port: 1 } };
  const environment = { PLINTH_CLUSTER_PORT: '2' };
  const flags = { 'cluster-port': '3' };
  const code = { cluster: { port: 4 } };
  expect(value({})).toMatchObject({ value: 5433, origin: 'default' });
  expect(value({ file })).toMatchObject({ value: 1, origin: 'file' });
  expect(value({ file, environment })).toMatchObject({ value: 2, origin: 'environment' });
  expect(value({ file, environment, flags })).toMatchObject({ value: 3, origin: 'flag' });
  expect(value({ file, environment, flags, code })).toMatchObject({ value: 4, origin: 'code' });
});

test.each([
  [{ file: { clutser: { port: 1 } } }, /Unknown option clutser \(from file\)/],
  [{ file: { cluster: { prot: 1 } } }, /Unknown option cluster\.prot \(from file\)\. Known here: port, engine, oltpUrl/],
  [{ environment: { PLINTH_CLUSTER_PROT: '1' } }, /PLINTH_CLUSTER_PROT \(from environment\).*PLINTH_CLUSTER_PORT/],
  [{ environment: { PLINTH_CLUSTER_PORT: 'many' } }, /cluster\.port is "many" \(from environment\), but must be integer ≥ 1 ≤ 65535/],
  [{ flags: { 'cluster-port': '70000' } }, /cluster\.port is "70000" \(from flag\)/],
  [{ flags: { 'cluster-engine': 'docker' } }, /must be "auto" or "embedded"/],
])('[I1] a wrong key or value is named with its origin and what is allowed: %j', (sources, message) => {
  expect(() => resolveOptions([cluster], sources)).toThrow(message);
});

test('a secret never stands in an error', () => {
  expect(() => resolveOptions([cluster], { code: { cluster: { oltpUrl: 42 } } })).toThrow(/"\(hidden\)"/);
});

test('variables of other programs are not judged', () => {
  expect(() => resolveOptions([cluster], { environment: { PLINTH_OTHER: 'x', PATH: '/bin' } })).not.toThrow();
});

test('absent optional values are left out of the object a capability gets', () => {
  expect(withDefaults(cluster, { port: 7 })).toEqual({ port: 7, engine: 'auto' });
});
