import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { type Endpoint, withClient } from '../../cluster/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { createMigrations } from '../files/index.ts';
import type { Draft } from '../model/draft.ts';
import { openShadow, type Shadow } from '../shadow/index.ts';
import { type Described, describeDatabase } from '../snapshot/index.ts';
import { diffErrors } from './errors.ts';
import { readRenames } from './model/renames.ts';
import { readUrl } from './read-url.ts';
import { createScratch, describeOn, provenPlan } from './scratch.ts';
import type { Diff, DiffReport, DiffRequest, PlanStatement } from './types.ts';

/** Opens the part; does not connect. */
export function openDiff(context: Context): Diff {
  return { plan: (request) => plan(context, request) };
}

async function plan(context: Context, request: DiffRequest): Promise<DiffReport> {
  const { tier = 'oltp', signal } = request;
  await using shadow = await openShadow(context, { ...(signal && { signal }) });
  const found = /^postgres(ql)?:\/\//.test(request.to)
    ? await towardsDatabase(context, shadow, tier, request)
    : await towardsFiles(context, shadow, tier, request);
  const written = request.isWritten && found.statements.length > 0 ? writePlan(context, tier, found.statements, 'reach_schema') : [];
  return { tier, ...found, written };
}

type Found = Pick<DiffReport, 'statements' | 'reordered'>;

/** All of both databases. */
async function towardsDatabase(context: Context, shadow: Shadow, tier: Tier, request: DiffRequest): Promise<Found> {
  const to = await withClient(readUrl(request.to), (client) => describeOn(client, undefined));
  const { described: from, creator } = await describeLive(context, tier, undefined, request.signal);
  const endpoint = await createScratch(adminOf(shadow, tier), 'plinth_diff', 'template0');
  return provenPlan({ endpoint, creator }, from, to, []);
}

/** Only the schemas that the files make, and `public`: Plinth's own are there for the files to refer to. */
async function towardsFiles(context: Context, shadow: Shadow, tier: Tier, request: DiffRequest): Promise<Found> {
  const files = readDesired(request.to);
  const products = new Set(context.sources.filter(({ layout }) => layout === 'product').map(({ name }) => name));
  await shadow.up((all) => all.filter(({ name }) => !products.has(name)));
  const admin = adminOf(shadow, tier);
  const endpoint = await createScratch(admin, 'plinth_diff', admin.database);
  const { creator } = await describeLive(context, tier, [], request.signal);
  const { to, schemas } = await withClient(admin, async (client) => {
    const before = new Set([...(await describeOn(client, undefined)).snapshot.objects.values()].filter(isSchema).map(({ name }) => name));
    before.delete('public');
    const { rows } = await client.query({
      text: 'select exists (select from pg_catalog.pg_roles where rolname = $1) as exists',
      values: [creator],
    });
    if (rows[0]?.exists) await client.query({ text: `set role ${quoteIdentifier(creator)}` });
    for (const { path, text } of files) {
      await client.query({ text }).catch((error) => {
        throw diffErrors.BAD_DESIRED({ file: path, reason: messageOf(error) }, { cause: error });
      });
    }
    const made = (await describeOn(client, undefined)).snapshot;
    const own = [...made.objects.values()].filter((object) => isSchema(object) && !before.has(object.name)).map(({ name }) => plain(name));
    return { to: await describeOn(client, own), schemas: own };
  });
  const { described: from } = await describeLive(context, tier, schemas, request.signal);
  const text = files.map((file) => file.text).join('\n');
  const has = (identity: string, column?: string) => {
    const object = from.snapshot.objects.get(identity);
    return object?.kind === 'table' && (column === undefined || object.body.columns[column] !== undefined);
  };
  return provenPlan({ endpoint, schemas, creator }, from, to, readRenames(text, has));
}

const isSchema = ({ kind }: { readonly kind: string }) => kind === 'schema';
const plain = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

function adminOf({ context }: Shadow, tier: Tier): Endpoint {
  if (!context.administrative) throw migrateErrors.NO_SHADOW();
  return context.administrative(tier);
}

async function describeLive(
  context: Context,
  tier: Tier,
  schemas: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<{ described: Described; creator: string }> {
  const work = {
    tier,
    as: 'owner',
    isReadOnly: true,
    isolation: 'repeatable read',
    tag: 'migrate.diff',
    deadlineMs: 60_000,
    ...(signal && { signal }),
  } as const;
  return context.connect.transaction(work, async (tx) => {
    const { rows } = await tx.query({ text: 'select current_user::text as name' });
    return { described: await describeDatabase(tx, schemas ? { schemas } : {}), creator: rows[0].name as string };
  });
}

/** @throws PLINTH_MIGRATE_NOTHING_DESIRED */
function readDesired(path: string): { readonly path: string; readonly text: string }[] {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = isFolder
    ? readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.sql'))
        .sort()
    : [];
  if (names.length === 0) throw diffErrors.NOTHING_DESIRED({ path });
  return names.map((name) => ({ path: join(path, name), text: readFileSync(join(path, name), 'utf8') }));
}

/** What shares a transaction is one migration; what must stand alone is one each, without a transaction. */
export function writePlan(context: Context, tier: Tier, statements: readonly PlanStatement[], slug: string): string[] {
  const product = context.sources.findLast(({ layout }) => layout === 'product');
  if (!product) throw migrateErrors.NO_PRODUCT();
  const groups: PlanStatement[][] = [];
  for (const one of statements) {
    const last = groups.at(-1);
    if (last && !one.isAlone && !last[0]?.isAlone) last.push(one);
    else groups.push([one]);
  }
  const drafts = groups.map((group): Draft => {
    const isAlone = group[0]?.isAlone === true;
    const lines = group.map(({ sql, isDestructive }) => `${isDestructive ? '-- destructive: what it holds is lost\n' : ''}${sql};`);
    const meta = {
      ...(isAlone && { tx: 'none' }),
      irreversible: 'written from a difference; the way back is the difference the other way',
    };
    return { slug: isAlone ? `${slug}_alone` : slug, up: `${lines.join('\n')}\n`, meta };
  });
  return createMigrations(product, tier, drafts, context.clock.now());
}
