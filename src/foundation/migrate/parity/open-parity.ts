import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Executor, messageOf } from '../../../kernel/index.ts';
import { withClient } from '../../cluster/index.ts';
import type { Context } from '../context.ts';
import { readUrl } from '../diff/index.ts';
import { takeSnapshot } from '../snapshot/index.ts';
import { parityErrors } from './errors.ts';
import { compareFacts, type Fact } from './model/compare-facts.ts';
import { hasParityLedger, listApplied, listFacts } from './sql/queries/queries.gen.ts';
import type { Allowance, Aspect, Parity } from './types.ts';
import { aspects } from './types.ts';

/** Opens the part; does not connect. */
export function openParity(context: Context): Parity {
  return {
    async compare({ environments, tier = 'oltp', signal }) {
      const urls = environments.map(urlOf);
      const allowances = readAllowances(context);
      const work = {
        tier,
        as: 'owner',
        isReadOnly: true,
        isolation: 'repeatable read',
        tag: 'migrate.parity',
        deadlineMs: 60_000,
        ...(signal && { signal }),
      } as const;
      const facts = [await context.connect.transaction(work, readFacts)];
      for (const url of urls) {
        facts.push(
          await withClient(readUrl(url), async (client) => {
            await client.query({ text: 'begin isolation level repeatable read read only' });
            return readFacts(client);
          }),
        );
      }
      const today = context.clock.now().toISOString().slice(0, 10);
      return { tier, environments: ['here', ...environments.map(nameOf)], ...compareFacts(facts, allowances, today) };
    },
  };
}

/** @throws PLINTH_MIGRATE_UNKNOWN_ENVIRONMENT */
function urlOf(environment: string): string {
  const url = isUrl(environment) ? environment : process.env[environment];
  if (url === undefined || !isUrl(url))
    throw parityErrors.UNKNOWN_ENVIRONMENT({ name: isUrl(environment) ? nameOf(environment) : environment });
  return url;
}

const isUrl = (text: string) => /^postgres(ql)?:\/\//.test(text);

/** A URL may hold a password, which belongs into no report. */
function nameOf(environment: string): string {
  if (!isUrl(environment)) return environment;
  const { host, port, database } = readUrl(environment);
  return `${host}:${port}/${database}`;
}

async function readFacts(executor: Executor): Promise<Fact[]> {
  const { objects } = await takeSnapshot(executor);
  const applied = (await hasParityLedger.one(executor, {})).exists ? await listApplied.all(executor, {}) : [];
  const facts = [...(await listFacts.all(executor, {})), ...applied].map(({ aspect, name, value }) => ({
    aspect: aspect as Aspect,
    name,
    value,
  }));
  return [...[...objects.values()].map(({ identity, hash }) => ({ aspect: 'schema' as const, name: identity, value: hash })), ...facts];
}

function isAllowance(entry: unknown): entry is Allowance {
  const { aspect, name, reason, expires } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  return aspects.includes(aspect as Aspect) && isText(name) && isText(reason) && /^\d{4}-\d{2}-\d{2}$/.test(String(expires));
}

/** @throws PLINTH_MIGRATE_BAD_ALLOWANCE */
function readAllowances(context: Context): readonly Allowance[] {
  const product = context.sources.findLast(({ layout }) => layout === 'product');
  const path = product && join(product.dir, 'parity.allow.json');
  if (path === undefined || !existsSync(path)) return [];
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(list) && list.every(isAllowance)) return list;
  } catch (error) {
    throw parityErrors.BAD_ALLOWANCE({ path, reason: messageOf(error) }, { cause: error });
  }
  throw parityErrors.BAD_ALLOWANCE({ path, reason: 'an entry lacks something' });
}
