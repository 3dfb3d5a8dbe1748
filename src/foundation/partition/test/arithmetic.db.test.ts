import { afterAll, expect, test } from 'vitest';
import { testPlatform } from '../../../../tests/support/platform.ts';
import { boundOf, floorOf, nextOf, partitionName, suffixOf, timeUnits, uuidFloor } from '../index.ts';

const platform = await testPlatform();
afterAll(() => platform[Symbol.asyncDispose]());
const { client } = platform.databases.oltp;

const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'];

test('[I1] the server computes what the model computes, over three years, for every unit, in five time zones', async () => {
  // Random hours and the edges where calendars break.
  const edges = [
    '2024-02-29T23:59:59.999Z',
    '2024-12-30T00:00:00Z',
    '2025-03-30T01:00:00Z',
    '2025-11-02T06:30:00Z',
    '2027-01-03T23:00:00Z',
  ];
  const random = Array.from({ length: 50 }, () => new Date(Date.UTC(2024, 0) + Math.floor(Math.random() * 3 * 366 * 86_400_000)));
  const instants = [...edges.map((edge) => new Date(edge)), ...random];
  for (const zone of zones) {
    await client.query(`set timezone = '${zone}'`);
    for (const unit of timeUnits) {
      const { rows } = await client.query(
        `select partition.literal_of('time', 'timestamptz', partition.floor_of($1, p)) as lower,
                partition.literal_of('time', 'timestamptz', partition.next_of($1, p)) as upper,
                partition.suffix_of($1, partition.floor_of($1, p)) as suffix,
                partition.literal_of('uuid7', 'uuid', partition.floor_of($1, p)) as key
           from unnest($2::timestamptz[]) with ordinality t(at, n) cross join lateral partition.position_of('time', t.at::text) p order by n`,
        [unit, instants.map((at) => at.toISOString())],
      );
      expect(rows).toEqual(
        instants.map((at) => ({
          lower: boundOf(floorOf(unit, at)),
          upper: boundOf(nextOf(unit, at)),
          suffix: suffixOf(unit, at),
          key: uuidFloor(floorOf(unit, at)),
        })),
      );
    }
  }
  await client.query('reset timezone');
});

test('[I1] names are the same on both sides', async () => {
  for (const base of ['jobs', 'x'.repeat(63), 'ü'.repeat(31), 'Order Items']) {
    const { rows } = await client.query("select partition.name_of($1, '2025_w05') as name", [base]);
    expect(rows[0].name).toBe(partitionName(base, '2025_w05'));
  }
});

test('[I1] a uuid v7 made now lies at or above the limit of its millisecond', async () => {
  const { rows } = await client.query(`select bool_and(u >= partition.uuid_floor(uuid_extract_timestamp(u))
      and u < partition.uuid_floor(uuid_extract_timestamp(u) + interval '1 millisecond')) as holds
    from (select uuidv7() as u from generate_series(1, 1000))`);
  expect(rows[0].holds).toBe(true);
});
