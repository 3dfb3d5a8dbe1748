import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTier, messageOf, type Tier } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { createMigrations } from '../files/index.ts';
import type { Draft } from '../model/draft.ts';
import { parseFile } from '../parse/index.ts';
import { templateErrors } from './errors.ts';
import { type Hardened, harden } from './harden.ts';
import { columnTemplates } from './model/columns.ts';
import { objectTemplates } from './model/objects.ts';
import { parseColumn, required } from './model/request.ts';
import { ruleTemplates } from './model/rules.ts';
import { splitTemplates } from './model/split-table.ts';
import { tableTemplates } from './model/tables.ts';
import type { ObjectDraft, TableFacts, Template, TemplateFlags } from './model/types.ts';
import { describeTable, findSchema } from './sql/queries/queries.gen.ts';

const blank: Template = {
  summary: 'An empty migration.',
  usage: 'blank <name> [--tier <tier>]',
  draft: ({ target }) => [
    {
      slug: target,
      up: '-- Qualify every name: the search_path is pg_catalog. No BEGIN or COMMIT: the runner commits this with its record.\n',
      down: '-- The way back to the state before up.sql.\n',
      meta: {},
    },
  ],
};

const templates: Readonly<Record<string, Template>> = {
  blank,
  ...tableTemplates,
  ...columnTemplates,
  ...ruleTemplates,
  ...splitTemplates,
  ...objectTemplates,
};

/** What to make. `columns` are as the command line takes them: `name[:type][?][=expression]`. */
export interface NewRequest {
  readonly template: string;
  readonly target: string;
  readonly columns?: readonly string[];
  /** Default: the schema of the target where it is named like a tier, else oltp. */
  readonly tier?: Tier;
  readonly flags?: TemplateFlags;
}

export interface Templates {
  /** Every template with what it is for and how it is called. */
  list(): readonly { readonly name: string; readonly summary: string; readonly usage: string }[];
  /**
   * Writes the migrations or files of objects of a template into the product and returns their paths, in the order in which they are
   * applied. Looks at the tables it is about in the database of the tier; changes no database.
   *
   * @throws PLINTH_MIGRATE_TEMPLATE_UNKNOWN, PLINTH_MIGRATE_TEMPLATE_USAGE, PLINTH_MIGRATE_TEMPLATE_NEEDS_TABLE,
   * PLINTH_MIGRATE_TEMPLATE_NO_COLUMN, PLINTH_MIGRATE_TEMPLATE_REFUSED, PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_BAD_SLUG
   */
  create(request: NewRequest): Promise<readonly string[]>;
  /**
   * Makes plain migrations probed, where each of their statements can be asked for; the others are listed with the reasons.
   *
   * @param target `source/name`, or a file or folder
   * @throws PLINTH_MIGRATE_UNKNOWN_MIGRATION, PLINTH_MIGRATE_HARDEN_APPLIED
   */
  harden(target: string): Promise<Hardened>;
}

export function openTemplates(context: Context): Templates {
  return {
    list: () => Object.entries(templates).map(([name, { summary, usage }]) => ({ name, summary, usage })),
    create: (request) => create(context, request),
    harden: (target) => harden(context, target),
  };
}

async function create(context: Context, request: NewRequest): Promise<readonly string[]> {
  const product = context.sources.findLast(({ layout }) => layout === 'product');
  if (!product) throw migrateErrors.NO_PRODUCT();
  const template = templates[request.template];
  if (!template) throw templateErrors.TEMPLATE_UNKNOWN({ template: request.template, templates: Object.keys(templates) });
  const target = required(request.target, 'What it is about', template.usage);
  const [schema = ''] = target.split('.');
  const tier = request.tier ?? (isTier(schema) ? schema : 'oltp');
  const given = { target, columns: (request.columns ?? []).map(parseColumn), flags: request.flags ?? {} };
  const facts = new Map<string, TableFacts>();
  for (const table of template.tables?.(given) ?? []) {
    const found = await readFacts(context, tier, table);
    if (found) facts.set(table, found);
  }
  const hasSchema = await context.connect.transaction(
    { tier, as: 'owner', isReadOnly: true, tag: 'migrate.template' },
    async (tx) => (await findSchema.one(tx, { schema })).exists,
  );
  const drafts = await template.draft({ ...given, hasSchema, facts: (table) => facts.get(table) });
  for (const draft of drafts) {
    // A condition of the command line that is no SQL is told here, not by the next run.
    for (const text of 'object' in draft ? [draft.text] : [draft.up, draft.down ?? '']) await checkSql(template, text);
  }
  const objects = drafts.filter((draft): draft is ObjectDraft => 'object' in draft);
  const migrations = drafts.filter((draft): draft is Draft => 'up' in draft);
  const folder = join(product.dir, 'objects', tier);
  return [
    ...createMigrations(product, tier, migrations.map(template === blank ? asItIs : probed), context.clock.now()),
    ...objects.map(({ object, text }) => {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${object}.sql`);
      writeFileSync(path, text, { flag: 'wx' });
      return path;
    }),
  ];
}

const asItIs = (draft: Draft) => draft;
/** What a template writes may be run again, over what is there already. */
const probed = (draft: Draft): Draft => ({ ...draft, meta: { ...draft.meta, probed: true } });

async function checkSql(template: Template, text: string): Promise<void> {
  try {
    await parseFile('the SQL made of it', text);
  } catch (error) {
    throw templateErrors.TEMPLATE_USAGE({ problem: messageOf(error), usage: template.usage });
  }
}

async function readFacts(context: Context, tier: Tier, table: string): Promise<TableFacts | undefined> {
  return context.connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'migrate.template' }, async (tx) => {
    // So that types and expressions come out qualified, as migrations need them.
    await tx.query({ text: 'set local search_path = pg_catalog' });
    const row = await describeTable.first(tx, { table });
    return (
      row && {
        isPartitioned: row.is_partitioned === true,
        partitions: row.partitions,
        columns: JSON.parse(row.columns),
        indexes: JSON.parse(row.indexes),
        constraints: JSON.parse(row.constraints),
        grants: JSON.parse(row.grants),
      }
    );
  });
}
