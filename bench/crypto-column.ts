import type { Transaction } from '../src/foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, uuidv7 } from '../src/kernel/index.ts';
import { byteaArray, type Crypto, openCrypto } from '../src/trust/crypto/index.ts';
import type { Bench } from './bench.ts';
import { openScratch } from './tenancy/scratch.ts';

const rowCount = Number(process.env.PLINTH_BENCH_ROWS ?? 100_000);
// pgcrypto takes a millisecond or so for each value: fewer rows, compared by the row.
const pgcryptoShare = 1 / 50;
const turns = 5;
const columns = ['email', 'phone', 'note'] as const;

interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly note: string;
}

/** One way to keep people: how a batch becomes parameters, the expressions that write and read them, what becomes of rows. */
interface Contestant {
  readonly name: string;
  readonly table: string;
  /** Of the rows of a mode, how many it is given. */
  readonly share: number;
  readonly type: 'text' | 'bytea';
  readonly write: (column: string) => string;
  readonly read: (column: string) => string;
  begin?(tx: Transaction): Promise<void>;
  parameters(batch: readonly Person[]): Promise<unknown[]>;
  open(rows: readonly Person[]): Promise<readonly Person[]>;
}

/** How rows travel. By the row is what applications mostly do; in bulk nothing is left that the cost of sealing could hide behind. */
interface Mode {
  readonly name: string;
  readonly rows: number;
  readonly rowsPerStatement: number;
  readonly rowsPerPage: number;
}

const modes: readonly Mode[] = [
  { name: 'by the row', rows: Math.ceil(rowCount / 10), rowsPerStatement: 1, rowsPerPage: 100 },
  { name: 'in bulk', rows: rowCount, rowsPerStatement: 1_000, rowsPerPage: 1_000 },
];

function people(count: number): Person[] {
  return Array.from({ length: count }, (_, n) => ({
    id: uuidv7(),
    email: `person.number${n}@department-${n % 17}.example.org`,
    phone: `+49 30 ${100_000 + n}`,
    note: `Prefers to be called in the morning; customer since 20${10 + (n % 15)}.`,
  }));
}

async function contestants(crypto: Crypto, tenantId: string): Promise<readonly Contestant[]> {
  const sealed = await crypto.table({ tenantId, table: 'bench.sealed' });
  const asText = async (batch: readonly Person[]) => columns.map((column) => batch.map((person) => person[column]));
  const asIs = async (rows: readonly Person[]) => rows;
  const bare = { write: (column: string) => `n.${column}`, read: (column: string) => column };
  return [
    { name: 'plain text', table: 'bench.plain', share: 1, type: 'text', ...bare, parameters: asText, open: asIs },
    {
      name: 'sealed by the application',
      table: 'bench.sealed',
      share: 1,
      type: 'bytea',
      ...bare,
      async parameters(batch) {
        const rows = await sealed.encryptRows(batch);
        return columns.map((column) => byteaArray(rows.map((row) => row[column] as Buffer)));
      },
      open: (rows) => sealed.decryptRows(rows),
    },
    {
      name: 'pgcrypto',
      table: 'bench.pgcrypto',
      share: pgcryptoShare,
      type: 'text',
      write: (column) => `crypto.encrypt_sensitive_data(n.${column})`,
      read: (column) => `crypto.decrypt_sensitive_data(${column}) as ${column}`,
      begin: (tx) => crypto.openInDatabase(tx, tenantId),
      parameters: asText,
      open: asIs,
    },
  ];
}

type Run = (work: (tx: Transaction) => Promise<void>) => Promise<void>;

/** Inserts the rows and reads them all; while the server works on one batch, the next is prepared. Gives rows per second of both together. */
async function race(run: Run, one: Contestant, tenantId: string, { rows: all, rowsPerStatement, rowsPerPage }: Mode): Promise<number> {
  const { table, type, parameters } = one;
  const persons = people(Math.ceil(all * one.share));
  const insert = `insert into ${table} (tenant_id, id, ${columns.join(', ')}) select $1, n.id, ${columns.map(one.write).join(', ')}
    from unnest($2::uuid[], ${columns.map((_, index) => `$${index + 3}::${type}[]`).join(', ')}) n(id, ${columns.join(', ')})`;
  const select = `select id, ${columns.map(one.read).join(', ')} from ${table} where id > $1 order by id limit ${rowsPerPage}`;
  await run(async (tx) => void (await tx.query({ text: `delete from ${table}` })));
  const startedMs = performance.now();
  await run(async (tx) => {
    await one.begin?.(tx);
    let sent: Promise<unknown> = Promise.resolve();
    for (let at = 0; at < persons.length; at += rowsPerStatement) {
      const batch = persons.slice(at, at + rowsPerStatement);
      const values = [tenantId, batch.map(({ id }) => id), ...(await parameters(batch))];
      await sent;
      sent = tx.query({ name: `insert ${table}`, text: insert, values });
    }
    await sent;
  });
  let read = 0;
  await run(async (tx) => {
    await one.begin?.(tx);
    const page = (after: string) => tx.query({ name: `select ${table} ${rowsPerPage}`, text: select, values: [after] });
    let next = page('00000000-0000-0000-0000-000000000000');
    for (;;) {
      const { rows } = await next;
      if (rows.length === rowsPerPage) next = page(rows.at(-1).id);
      const opened = await one.open(rows);
      read += opened.filter(({ email, phone, note }) => email.includes('@') && phone.startsWith('+') && note.endsWith('.')).length;
      if (rows.length < rowsPerPage) break;
    }
  });
  if (read !== persons.length) throw new Error(`${table}: ${read} of ${persons.length} rows came back`);
  return (persons.length * 1_000) / (performance.now() - startedMs);
}

const bench: Bench = {
  name: 'crypto-column',
  claim:
    'rows with three sealed columns are written one by one and read at 0.60 of the speed of plain ones, and 5 times as fast as with pgcrypto; in bulk the share of sealing is told',
  async run() {
    await using scratch = await openScratch(['trust/crypto']);
    const { connect, tenancy } = scratch;
    const { id: tenantId } = await tenancy.create({ slug: 'tenant-1' });
    const table = (name: string, type: string) => [
      `create table bench.${name} (tenant_id uuid not null, id uuid not null, ${columns.map((column) => `${column} ${type}`).join(', ')},
        constraint ${name}_pk primary key (tenant_id, id))`,
      `select tenancy.protect('bench.${name}', '{"delete": "member"}')`,
    ];
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      ...table('plain', 'text'),
      ...table('sealed', 'bytea'),
      ...table('pgcrypto', 'bytea'),
      ...columns.map((column) => `select crypto.declare_column('bench.sealed', '${column}')`),
    );
    await using crypto = await openCrypto(
      { connect, tenancy, clock: systemClock, log: silentLog, events: createEventBus(), dataDir: '', audit: () => undefined },
      { key: Buffer.alloc(32, 1).toString('base64') },
    );
    const run = (work: (tx: Transaction) => Promise<void>) =>
      tenancy.run({ tenantId }, { tier: 'oltp', tag: 'bench.crypto', deadlineMs: 600_000 }, work);
    const all = await contestants(crypto, tenantId);
    const rows: (string | number)[][] = [];
    const ratios: Record<string, number> = {};
    for (const mode of modes) {
      const rates = new Map<string, number[]>(all.map(({ name }) => [name, []]));
      for (let turn = -1; turn < turns; turn++) {
        // Who comes first changes with the turn; the first one warms up.
        for (const one of turn % 2 === 0 ? all : all.toReversed()) {
          const rate = await race(run, one, tenantId, mode);
          if (turn >= 0) rates.get(one.name)?.push(rate);
          await scratch.prepare(`vacuum ${one.table}`);
        }
      }
      const median = (name: string) => rates.get(name)?.sort((a, b) => a - b)[Math.floor(turns / 2)] ?? 0;
      const [plain, sealed, pgcrypto] = all.map(({ name }) => median(name)) as [number, number, number];
      rows.push(...all.map(({ name }) => [mode.name, name, Math.round(median(name))]));
      ratios[`sealed / plain, ${mode.name}`] = sealed / plain;
      ratios[`sealed / pgcrypto, ${mode.name}`] = sealed / pgcrypto;
    }
    return { columns: ['rows travel', 'three columns', 'rows written and read per second'], rows, ratios };
  },
};
export default bench;
