import { type CommandDescriptor, type CommandInput, isTier, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Verification } from '../chain/index.ts';
import { auditErrors } from '../errors.ts';
import type { Audit, RowHistory, RowVersion } from '../model/types.ts';

const auditOf = (input: CommandInput) => input.use<Audit>('audit');
const table = { name: 'table', meaning: 'schema.table' } as const;
const tierFlag = {
  tier: Type.Optional(
    Type.Union(
      tiers.map((tier) => Type.Literal(tier)),
      { description: 'Which database, where several have such a table.' },
    ),
  ),
};
const placeOf = (input: CommandInput): { table: string; tier?: Tier } => {
  const { tier } = input.flags;
  return { table: input.args.table as string, ...(isTier(tier) && { tier }) };
};

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'audit track',
    summary: 'Write all changes of a table to the trail from now on; without a table, list those that are tracked.',
    description:
      "Columns that are not classified as public or internal are kept as keyed hashes. In a migration: select audit.track('shop.orders'). Waits for writers of the table for a moment.",
    needs: 'migrated',
    arguments: [{ ...table, isOptional: true }],
    flags: Type.Object({
      ...tierFlag,
      columns: Type.Optional(Type.String({ description: 'Columns whose values are kept, separated by commas; default: all.' })),
    }),
    async run(input) {
      if (input.args.table === undefined) {
        const tracked = await auditOf(input).tracked();
        const rows = tracked.map((one) => [
          one.tier,
          one.table,
          one.columns?.join(', ') ?? 'all',
          one.concealed.join(', '),
          one.tracked.toISOString(),
        ]);
        return { data: { tracked }, table: { columns: ['tier', 'table', 'columns', 'as hashes', 'since'], rows } };
      }
      const columns = (input.flags.columns as string | undefined)?.split(',').map((name) => name.trim());
      const tracked = await auditOf(input).track({ ...placeOf(input), ...(columns && { columns }) });
      const { table: name, tier, concealed, undecided } = tracked;
      const hashes = concealed.length > 0 ? `, ${concealed.join(', ')} as hashes` : '';
      const remedy =
        undecided.length > 0
          ? `\nNobody has classified ${undecided.join(', ')}. To see values: plinth privacy classify ${name}.${undecided[0]} internal --reason …`
          : '';
      return { data: { tracked }, text: `${tier} ${name} is tracked: ${tracked.columns?.join(', ') ?? 'all columns'}${hashes}.${remedy}` };
    },
  },
  {
    name: 'audit untrack',
    summary: 'End the tracking of a table; what is in the trail stays.',
    needs: 'migrated',
    arguments: [table],
    flags: Type.Object(tierFlag),
    async run(input) {
      await auditOf(input).untrack(placeOf(input));
      return { data: { untracked: input.args.table }, text: `${input.args.table} is no longer tracked.` };
    },
  },
  {
    name: 'audit history',
    summary: 'Every version of a row, deleted rows too; or the row as it was at a time.',
    description:
      'Exit code 1 when the row was changed past the trail. Example: plinth audit history shop.orders 0199…001 --at 2026-01-31T12:00:00Z',
    needs: 'migrated',
    arguments: [table, { name: 'key', meaning: 'values of the key without tenant_id, in its order', isVariadic: true }],
    flags: Type.Object({
      ...tierFlag,
      tenant: Type.Optional(Type.String({ description: 'Id of the tenant, where several have a row with this key.' })),
      at: Type.Optional(Type.String({ description: 'The row as it was then, e.g. 2026-01-31T12:00:00Z.' })),
    }),
    async run(input) {
      const { tenant, at } = input.flags as { tenant?: string; at?: string };
      const moment = at === undefined ? undefined : new Date(at);
      if (moment && Number.isNaN(moment.getTime())) throw auditErrors.BAD_TIME({ value: at as string });
      const history = await auditOf(input).history({
        ...placeOf(input),
        key: input.args.key as readonly string[],
        ...(tenant !== undefined && { tenantId: tenant }),
      });
      const wasChangedUnseen = history.unseen.length > 0 || history.versions.some(({ unseen }) => unseen.length > 0);
      const versions = moment ? versionAt(history, moment) : history.versions;
      return { data: { ...history, versions }, text: textOf({ ...history, versions }), exitCode: wasChangedUnseen ? 1 : 0 };
    },
  },
  {
    name: 'audit verify',
    summary: 'Seal what is final, and prove that nothing in the trail was changed, removed or added.',
    description:
      'Reads all events and compares them with their blocks, and the heads of the chain with the anchors outside of the database. Exit code 1 with a finding.',
    needs: 'migrated',
    flags: Type.Object({
      accept: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Why the database is right as it is though it does not fit its anchors, e.g. "restored from the backup of Monday". It is written to them.',
        }),
      ),
    }),
    async run(input) {
      const { accept } = input.flags as { accept?: string };
      const { signal, progress } = input;
      const found = await auditOf(input).chain.verify({
        signal,
        onProgress: (line) => progress(line),
        ...(accept !== undefined && { accept }),
      });
      const summary = `\n${summaryOf(found)}`;
      if (found.findings.length === 0) return { data: found, text: summary.trim() };
      const rows = found.findings.map((one) => [
        one.tier,
        one.stream?.slice(0, 7) ?? '',
        one.number ?? '',
        one.eventId ?? '',
        one.what,
        one.detail,
      ]);
      return {
        data: found,
        table: { columns: ['tier', 'month', 'block', 'event', 'finding', 'detail'], rows },
        text: summary,
        exitCode: 1,
      };
    },
  },
];

function versionAt({ versions }: RowHistory, moment: Date): readonly RowVersion[] {
  const found = versions.findLast(({ created }) => created === undefined || created <= moment);
  return found ? [found] : [];
}

function textOf({ table: name, key, versions, unseen }: RowHistory): string {
  const lines = versions.map((version) => {
    const { created, action, userId, databaseUser, row, changed } = version;
    const head = created ? `${created.toISOString()} ${action} by ${userId ?? databaseUser}` : 'when tracking began';
    const shown = row
      ? JSON.stringify(created && action === 'update' ? Object.fromEntries(changed.map((column) => [column, row[column]])) : row)
      : '(gone)';
    const past = version.unseen.length > 0 ? `\n  changed past the trail before that: ${version.unseen.join(', ')}` : '';
    return `${head}\n  ${shown}${past}`;
  });
  if (lines.length === 0) return `The trail knows nothing of ${name} ${key} then.`;
  return [...lines, ...(unseen.length > 0 ? [`changed past the trail since: ${unseen.join(', ')}`] : [])].join('\n');
}

function summaryOf({ status, findings, anchoredHeads, durationMs }: Verification): string {
  const sum = (of: (one: Verification['status'][number]) => number) => status.reduce((total, one) => total + of(one), 0);
  const verdict = findings.length === 0 ? 'The trail is whole' : `${findings.length} findings`;
  return `${verdict}: ${sum((one) => one.sealedEvents)} events in ${sum((one) => one.blocks)} blocks, ${anchoredHeads} anchored heads, ${durationMs} ms. ${sum((one) => one.unsealedEvents)} events are not sealed yet.`;
}
