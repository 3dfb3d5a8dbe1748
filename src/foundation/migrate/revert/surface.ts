import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const down: CommandDescriptor = {
  name: 'migrate down',
  summary: 'Take back what was applied after a migration. May be killed at any time and run again.',
  description:
    'Runs the down.sql of each, latest first. Refused before anything is started where one has none, is a contract, or is required by what stays. On an attached server it needs a declared window. Deploy the older files before the next "up": it would apply them again. Example: plinth migrate down --to shop/20260105090100_create_orders',
  needs: 'server',
  flags: Type.Object({
    to: Type.String({ description: 'The last migration that stays, as source/name; a source alone takes back all of it.' }),
    window: Type.Optional(Type.String({ description: 'When it may happen: 2026-01-31T22:00Z/2026-02-01T02:00Z.' })),
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Only this tier.' },
      ),
    ),
  }),
  async run({ flags, signal, progress, use }) {
    const tier = flags.tier as Tier | undefined;
    const window = flags.window as string | undefined;
    const report = await use<Migrate>('migrate').down({
      to: String(flags.to),
      signal,
      onProgress: progress,
      ...(tier && { tier }),
      ...(window && { window }),
    });
    const done = `${report.reverted.length} migration(s) taken back in ${report.durationMs} ms.`;
    const warnings = report.warnings.map((warning) => `warning: ${warning}`);
    return {
      data: report,
      text: [...warnings, ...report.reverted, done].join('\n'),
      exitCode: report.warnings.length > 0 ? 3 : 0,
    };
  },
};

export const revertCommands: readonly CommandDescriptor[] = [down];
