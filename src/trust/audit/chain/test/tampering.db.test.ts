import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { Partition } from '../../../../foundation/partition/index.ts';
import { openTrail, type Trail, trackOpenly } from '../../test/fixture.ts';
import type { VerifyRequest } from '../index.ts';

const columns = `created, id, era, xid, tenant_id, kind, action, is_success, target_type, target_id, row_count, keys, key_hashes, changes, user_id,
  member_role, database_user, application_name, client_address, origin, purpose, started, complexity_score, classification, compliance_flags, details`;

let trail: Trail;
/** Numbers of three sealed events, the first of them in a block of its own. */
let events: number[];

beforeAll(async () => {
  trail = await openTrail();
  // They would tell of each of these tamperings in the trail that is put back afterwards.
  await trail.client.query('reset role; drop event trigger plinth_audit_ddl; drop event trigger plinth_audit_drop; set role plinth_owner');
  // Each test takes back what it did, by all there is: the events of the migrations would make that slow.
  await asIntruder(['delete from audit.events', 'delete from audit.blocks']);
  await trail.audit.chain.verify({ accept: 'the test begins anew' });
  await trail.owner('create table shop.orders (id int primary key, status text)', trackOpenly('shop.orders'));
  await seal();
  await trail.owner("insert into shop.orders values (1, 'new')");
  await seal();
  await trail.owner("update shop.orders set status = 'paid'", "update shop.orders set status = 'sent'");
  await seal();
  const found = await trail.rows(
    `select id::int from audit.events where target_id = 'shop.orders' and kind = 'change' order by id desc limit 3`,
  );
  events = found.map(({ id }) => id as number).toReversed();
});
afterAll(() => trail[Symbol.asyncDispose]());

/** Until nothing is left: other sessions of the server may hold transactions open. */
const seal = () =>
  until(
    async () => {
      await trail.audit.chain.seal();
      return (await trail.audit.chain.status())[0]?.unsealedEvents === 0;
    },
    { what: 'everything sealed' },
  );

const findings = async () =>
  (await trail.audit.chain.verify()).findings.map(({ what, eventId, number }) => ({
    what,
    eventId: eventId ?? null,
    number: number ?? null,
  }));
const found = async () => (await findings()).map(({ what, eventId }) => `${what} ${eventId ?? '-'}`).toSorted();

/** What whoever has the owner's password, or a superuser's, can do; taken back afterwards. */
async function tampered(
  statements: readonly string[],
  check: () => Promise<void>,
  { after = [], ...afterwards }: VerifyRequest & { readonly after?: readonly string[] } = {},
): Promise<void> {
  await trail.owner(
    `create table shop.kept as select ${columns} from audit.events`,
    'create table shop.kept_blocks as select * from audit.blocks',
  );
  try {
    await asIntruder(statements);
    await check();
  } finally {
    await asIntruder([
      ...after,
      'delete from audit.events',
      `insert into audit.events (${columns}) overriding system value select * from shop.kept`,
      'delete from audit.blocks',
      'insert into audit.blocks select * from shop.kept_blocks',
      'drop table shop.kept, shop.kept_blocks',
    ]);
  }
  expect((await trail.audit.chain.verify(afterwards)).findings).toEqual([]);
}

/** Runs the statements that this one gives. */
const perform = async (listed: string) => {
  const { rows } = await trail.client.query(listed);
  await trail.client.query(rows.map(({ text }) => text).join('; '));
};
const sealedTables = `(select relid from pg_partition_tree('audit.events') union all select 'audit.blocks') s`;

async function asIntruder(statements: readonly string[]): Promise<void> {
  const { client } = trail;
  await client.query('reset role');
  await perform(`select format('alter table %s disable trigger all', s.relid) as text from ${sealedTables}`);
  try {
    for (const text of statements) await client.query(text);
  } finally {
    await perform(`select format('alter table %s enable always trigger %I', s.relid, g.tgname) as text
      from ${sealedTables} join pg_trigger g on g.tgrelid = s.relid where starts_with(g.tgname, 'refuse_')`);
    await client.query('set role plinth_owner');
  }
}

test('[I5] the owner is refused, also as a replica and on a partition', async () => {
  const [partition] = await trail.rows(`select tableoid::regclass::text as name from audit.events limit 1`);
  const { service } = trail.audit.chain;
  service.start();
  await until(
    async () =>
      (await trail.rows(`select from pg_trigger where tgrelid = $1::regclass and tgname = 'refuse_truncate'`, [partition?.name])).length >
      0,
  );
  await service.stop();
  const attempts = [
    `update audit.events set action = 'x'`,
    'delete from audit.events',
    'truncate audit.events',
    `delete from ${partition?.name}`,
    `truncate ${partition?.name}`,
    'delete from audit.blocks',
    `update audit.blocks set hash = ''`,
    'truncate audit.blocks',
  ];
  for (const text of attempts) await expect(trail.client.query(text), text).rejects.toMatchObject({ code: 'PA001' });
  await trail.client.query('reset role');
  await trail.client.query("set session_replication_role = 'replica'");
  for (const text of attempts) await expect(trail.client.query(text), text).rejects.toMatchObject({ code: 'PA001' });
  await trail.client.query('reset session_replication_role');
  await trail.client.query('set role plinth_owner');
});

describe('[I6] what was sealed and touched afterwards is found and named', () => {
  test('nothing, where nothing was touched', async () => {
    const { findings: none, status } = await trail.audit.chain.verify();
    expect(none).toEqual([]);
    expect(status[0]?.sealedEvents).toBeGreaterThan(3);
  });

  for (const [name, set] of Object.entries({
    'a value': `changes = '{"status":{"old":["new"],"new":["forged"]}}'`,
    'who did it': `user_id = '0199aaaa-0000-7000-8000-000000000001'`,
    'the time by a microsecond': `created = created + interval '1 microsecond'`,
    'the transaction': `xid = '3'`,
    'the month': `created = created - interval '40 days'`,
    'the transaction, to one that never was': `xid = '9000000000000000000'`,
  })) {
    test(`changed: ${name}`, () =>
      tampered([`update audit.events set ${set} where id = ${events[1]}`], async () => {
        const seen = await found();
        expect(seen).toContain(`changed ${events[1]}`);
        expect(seen.every((one) => one.endsWith(` ${events[1]}`))).toBe(true);
      }));
  }

  test('removed', () =>
    tampered([`delete from audit.events where id = ${events[1]}`], async () => {
      expect(await found()).toEqual([`removed ${events[1]}`]);
    }));

  test('removed past the table, from the partition', async () => {
    const [partition] = await trail.rows('select tableoid::regclass::text as name from audit.events where id = $1', [events[0]]);
    await tampered([`delete from ${partition?.name} where id = ${events[0]}`], async () => {
      expect(await found()).toEqual([`removed ${events[0]}`]);
    });
  });

  test('inserted into the past: new, or a copy', async () => {
    const forged = `insert into audit.events (id, xid, created, kind, action) overriding system value select 900001, xid, created, 'change', 'insert' from audit.events where id = ${events[1]}`;
    await tampered([forged], async () => expect(await found()).toEqual(['inserted 900001']));
    const copy = `insert into audit.events (${columns}) overriding system value
      select created + interval '1 microsecond', ${columns.replace('created, ', '')} from audit.events where id = ${events[1]}`;
    await tampered([copy], async () => expect(await found()).toEqual([`inserted ${events[1]}`]));
  });

  test('reordered: two events that change places', () =>
    tampered(
      [
        'alter table audit.events alter column id set generated by default',
        `update audit.events set id = 900002 where id = ${events[1]}`,
        `update audit.events set id = ${events[1]} where id = ${events[2]}`,
        `update audit.events set id = ${events[2]} where id = 900002`,
      ],
      async () => expect(await found()).toEqual([`changed ${events[1]}`, `changed ${events[2]}`]),
    ));

  test('a month that was taken off, changed and put back, or put back older', async () => {
    const [month] = (await trail.rows(
      `select c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bound from audit.events e join pg_class c on c.oid = e.tableoid where e.id = $1`,
      [events[2]],
    )) as [{ name: string; bound: string }];
    const [off, on] = [
      `alter table audit.events detach partition ${month.name}`,
      `alter table audit.events attach partition ${month.name} ${month.bound}`,
    ];
    await tampered([off, `update ${month.name} set purpose = 'forged' where id = ${events[1]}`, on], async () =>
      expect(await found()).toEqual([`changed ${events[1]}`]),
    );
    await asIntruder([
      `create table audit.older (like ${month.name} including all excluding identity)`,
      `insert into audit.older (${columns}) select ${columns} from ${month.name} where id < ${events[2]}`,
      off,
      `alter table audit.events attach partition audit.older ${month.bound}`,
    ]);
    expect(await found()).toEqual([`removed ${events[2]}`]);
    await asIntruder(['alter table audit.events detach partition audit.older', 'drop table audit.older', on]);
    expect(await found()).toEqual([]);
    await tampered([off], async () => expect(await found()).toEqual(['removed -']), { after: [on] });
  });

  test('all of it', () =>
    tampered(['delete from audit.events'], async () => {
      expect(await found()).toEqual(['removed -']);
    }));

  test('a block that was changed, removed, or made anew', async () => {
    await tampered([`update audit.blocks set event_count = 7 where number = 2`], async () => {
      expect(await findings()).toContainEqual({ what: 'block', eventId: null, number: 2 });
    });
    await tampered(['delete from audit.blocks where number = 2'], async () => {
      expect((await findings()).map(({ what }) => what)).toContain('block');
    });
    await tampered([`update audit.blocks set leaves = leaves || '\\x00' where number = 2`], async () => {
      expect(await findings()).toContainEqual({ what: 'block', eventId: null, number: 2 });
    });
  });
});

describe('[I7] the anchors outside of the database', () => {
  /** Everything from a block on is sealed anew, as who knows how it is done would. */
  const resealed = `with recursive old as (select * from audit.blocks where number >= 2)
    delete from audit.blocks b using old o where b.stream = o.stream and b.number = o.number`;

  test('find a chain that was made anew over a changed past', () =>
    tampered(
      [resealed, `update audit.events set changes = '{}' where id = ${events[0]}`, 'select count(*) from audit.seal()'],
      async () => {
        const seen = await findings();
        expect(seen.map(({ what }) => what)).toContain('rolled back');
        expect(seen.filter(({ what }) => what === 'block' || what === 'changed')).toEqual([]);
      },
    ));

  test('find a database that is older than they are; nothing is added to it until that is accepted', async () => {
    const [head] = await trail.rows('select stream::text, max(number) as number from audit.blocks group by 1');
    const check = async () => {
      expect(await found()).toEqual(['rolled back -']);
      await expect(trail.audit.chain.seal()).rejects.toMatchObject({ code: 'PLINTH_AUDIT_ROLLED_BACK' });
      expect((await trail.audit.chain.verify({ accept: 'a backup was restored' })).findings).toEqual([]);
    };
    await tampered(
      [`delete from audit.blocks where number = ${head?.number}`, `delete from audit.events where id >= ${events[1]}`],
      check,
      {
        accept: 'the test put it back',
      },
    );
  });

  test('are proven themselves: a line that was changed is named', async () => {
    const [name] = await readdir(trail.anchorDir);
    const file = join(trail.anchorDir, name as string);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"number":1,', '"number":8,'));
    const { findings: seen } = await trail.audit.chain.verify();
    expect(seen).toMatchObject([{ what: 'anchor', detail: expect.stringContaining(name as string) }]);
    await writeFile(file, text);
    expect(await found()).toEqual([]);
  });
});

test('[I9] a month leaves when it is sealed and anchored, and not before', async () => {
  const { beforeDetach } = trail.audit.chain;
  const [head] = await trail.rows('select stream::text from audit.blocks order by stream desc limit 1');
  const from = `${head?.stream}T00:00:00Z`;
  const next = new Date(from);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const part = { tier: 'oltp', set: 'audit.events', table: 'audit.events_x', from, to: next.toISOString() } as const;
  await trail.owner('begin', "insert into shop.orders values (7, 'open')");
  await trail.audit.record({ kind: 'operation', action: 'test.later', success: true });
  expect(await beforeDetach.reasonToStay(part)).toMatch(/not sealed yet/);
  await trail.owner('commit');
  await seal();
  expect(await beforeDetach.reasonToStay(part)).toBeUndefined();
  await tampered(['delete from audit.events'], async () => expect(await found()).toEqual([]));
});

test('[I9] an expired month leaves by retention and its blocks stay; [I6] back with a changed event it is found', async () => {
  const open = await trail.rows(`select relid::text as name from pg_partition_tree('audit.events') p join pg_class c on c.oid = p.relid
    where pg_get_expr(c.relpartbound, c.oid) ~ 'MINVALUE'`);
  const bound = "for values from ('2015-03-01 00:00+00') to ('2015-04-01 00:00+00')";
  await trail.owner(
    ...open.map(({ name }) => `alter table audit.events detach partition ${name}`),
    `create table audit.events_2015_03 partition of audit.events ${bound}`,
    `insert into audit.events (created, kind, action) select '2015-03-05', 'operation', 'test.long-ago' from generate_series(1, 3)`,
  );
  await seal();
  expect(await trail.platform.use<Partition>('partition').retain({ table: 'audit.events' })).toMatchObject([
    { step: 'detach', table: 'audit.events_2015_03', isDone: true },
  ]);
  expect(await trail.rows("select count(*)::int as n from audit.events where created < '2016-01-01'")).toEqual([{ n: 0 }]);
  expect(await trail.rows("select event_count from audit.blocks where stream = '2015-03-01'")).toEqual([{ event_count: 3 }]);
  expect(await found()).toEqual([]);
  const [left] = await trail.rows(`select oid::regclass::text as name from pg_class where relname ~ 'events_2015_03$' and relkind = 'r'`);
  const [last] = await trail.rows(`select max(id)::int as id from ${left?.name}`);
  await asIntruder([
    `update ${left?.name} set purpose = 'forged' where id = ${last?.id}`,
    `alter table audit.events attach partition ${left?.name} ${bound}`,
  ]);
  expect(await found()).toEqual([`changed ${last?.id}`]);
  await asIntruder([`update ${left?.name} set purpose = null where id = ${last?.id}`]);
  expect(await found()).toEqual([]);
});

test('[I6] a restore into another cluster begins an era: the past stays proven and goes on', async () => {
  await asIntruder([
    'alter table audit.eras disable trigger all',
    'update audit.eras set system_identifier = 7',
    'alter table audit.eras enable trigger all',
  ]);
  await trail.owner('select audit.enter_era()');
  await trail.owner("insert into shop.orders values (8, 'elsewhere')");
  await seal();
  expect(await found()).toEqual([]);
  const eras = await trail.rows('select distinct era from audit.events order by era');
  expect(eras).toEqual([{ era: 1 }, { era: 2 }]);
});
