import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const squash: CommandDescriptor = {
  name: 'migrate squash',
  summary: 'Write one migration in the place of many, proved to make the same.',
  description:
    'Where the many are applied, the next "migrate up" records the one without running it; an empty database runs the one. What a schema does not show is refused by name: statements for rows, backfills, hooks of these migrations. Their folders are removed, their lines in plan.lock stay. Example: plinth migrate squash shop/20260105090100_create_orders..20260301120000_order_notes',
  needs: 'server',
  arguments: [{ name: 'range', meaning: 'source/name..source/name, both included', isOptional: true }],
  flags: Type.Object({
    to: Type.Optional(Type.String({ description: 'A release: everything until then.' })),
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Default: oltp.' },
      ),
    ),
  }),
  async run({ args, flags, signal, progress, use }) {
    const { to, tier } = flags as { readonly to?: string; readonly tier?: Tier };
    const report = await use<Migrate>('migrate').squashes.squash({
      signal,
      onProgress: progress,
      ...(args.range !== undefined && { range: String(args.range) }),
      ...(to && { to }),
      ...(tier && { tier }),
    });
    const text = `${report.id}: ${report.statements} statement(s) in the place of ${report.replaces.length} migrations. Next: plinth migrate plan --write, and commit.`;
    return { data: report, text };
  },
};

export const squashCommands: readonly CommandDescriptor[] = [squash];
