import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { TemplateFlags } from './model/types.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

const newMigration: CommandDescriptor = {
  name: 'migrate new',
  summary: 'Write the migrations for a change, in as many steps as it takes to make it without stopping anybody.',
  description: `Without a template: the list of them. Columns are written name:type, with ? where null is allowed and =value for a default.
Looks at the tables in your database and changes none; what it writes is yours to read and edit.
Examples: plinth migrate new blank create_invoices --tier oltp
          plinth migrate new create-table oltp.invoices number:text due:timestamptz?
          plinth migrate new add-index oltp.invoices tenant_id due
          plinth migrate new rename-column oltp.invoices due_at:due
          plinth migrate new add-fk oltp.invoices customer_id --references oltp.customers`,
  needs: 'server',
  arguments: [
    { name: 'template', meaning: 'what is to change, such as add-column; blank for an empty migration', isOptional: true },
    { name: 'target', meaning: 'schema.table, or for blank the name of the migration', isOptional: true },
    { name: 'columns', meaning: 'name[:type][?][=expression], or what the template says', isOptional: true, isVariadic: true },
  ],
  flags: Type.Object({
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Tier of the table. Default: the schema, where it is named like a tier, else oltp.' },
      ),
    ),
    global: flag('create-table: the same rows for all tenants.'),
    partitionBy: text('create-table: column of the ranges.'),
    into: text('Name of the new column or table, the table that stays, the quarantine table, or the schema of an extension.'),
    using: text('The new value from the old one, the condition of a policy, or the method of an index.'),
    back: text('The old value from the new ones.'),
    references: text('add-fk: the other table.'),
    onDelete: text('add-fk: cascade, restrict, set null …'),
    where: text('add-index: condition of a partial index.'),
    unique: flag('add-index: no value twice.'),
    check: text('Condition of a check or policy.'),
    fill: text('Value for the rows that are there.'),
    comment: text('What the table, column, view or function is for.'),
    key: text('Columns that make a row the same, joined by commas.'),
    as: text('Query of a view, or body of a trigger.'),
    oldSessions: text('LIKE pattern of application_name of the version that uses the old side.'),
  }),
  async run({ args, flags, use }) {
    const { templates } = use<Migrate>('migrate');
    if (args.template === undefined) {
      const list = templates.list();
      return {
        data: { templates: list },
        table: { columns: ['template', 'what'], rows: list.map(({ usage, summary }) => [usage, summary]) },
      };
    }
    const { tier, ...rest } = flags as TemplateFlags & { readonly tier?: Tier };
    const columns = (args.columns ?? []) as readonly string[];
    const request = { template: String(args.template), target: String(args.target ?? ''), columns, flags: rest };
    const paths = await templates.create({ ...request, ...(tier && { tier }) });
    return { data: { paths }, text: `${paths.join('\n')}\nRead what is in there, then: plinth migrate plan --write, plinth migrate up` };
  },
};

const harden: CommandDescriptor = {
  name: 'migrate harden',
  summary: 'Make plain migrations probed: each statement is asked for in the catalog before it runs.',
  description: `What is there already is skipped then, and what is there but different stops with the difference. Lists the statements that nobody
can ask for; give them "-- @probe select <is it done?>" or "-- @idempotent" on the line before. Changes no database, and no file that was applied.`,
  needs: 'server',
  arguments: [{ name: 'target', meaning: 'source/name, or a file or folder' }],
  async run({ args, use }) {
    const found = await use<Migrate>('migrate').templates.harden(String(args.target));
    const rows = [
      ...found.hardened.map((id) => [id, 'probed', '', '']),
      ...found.unprobed.map(({ id, line, statement, reason }) => [id, 'left', `${line}: ${statement}`, reason]),
      ...found.applied.map((id) => [id, 'applied', '', 'what was applied keeps its bytes']),
    ];
    const table = { columns: ['migration', 'is', 'statement', 'because'], rows };
    return { data: found, table, ...(found.unprobed.length > 0 && { exitCode: 3 }) };
  },
};

export const templateCommands: readonly CommandDescriptor[] = [newMigration, harden];
