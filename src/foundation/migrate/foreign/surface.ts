import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const flags = Type.Object({
  tier: Type.Optional(
    Type.Union(
      tiers.map((tier) => Type.Literal(tier)),
      { description: 'Default: oltp.' },
    ),
  ),
});
const tierOf = ({ tier }: { readonly tier?: Tier }) => (tier ? { tier } : {});

const adopt: CommandDescriptor = {
  name: 'migrate drift adopt',
  summary: 'Write what was changed by hand as a migration, and record it here as there.',
  description:
    'The difference from what the files make becomes migrations of your product. They are proved by the same comparison as a baseline; this database records them without running them, others apply them. Follow with "plinth migrate plan --write".',
  needs: 'server',
  flags,
  async run({ flags: given, signal, progress, use }) {
    const report = await use<Migrate>('migrate').foreign.adopt({ ...tierOf(given), signal, onProgress: progress });
    const text = report.migrations.map((id) => `${id}: recorded as there. Next: plinth migrate plan --write, and commit.`).join('\n');
    return { data: report, text: text || 'Nothing is foreign.' };
  },
};

const revert: CommandDescriptor = {
  name: 'migrate drift revert',
  summary: 'Show what takes a change made by hand back, tried on a throwaway server.',
  description: 'Runs nothing here: read it, above all what is marked as destructive, and run it as the owner of the objects.',
  needs: 'server',
  flags,
  async run({ flags: given, signal, progress, use }) {
    const report = await use<Migrate>('migrate').foreign.revert({ ...tierOf(given), signal, onProgress: progress });
    const lines = report.statements.map(({ sql, isDestructive }) => `${isDestructive ? '-- destructive\n' : ''}${sql};`);
    return { data: report, text: lines.join('\n') || 'Nothing is foreign.' };
  },
};

export const foreignCommands: readonly CommandDescriptor[] = [adopt, revert];
