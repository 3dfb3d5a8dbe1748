import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const formats = ['md', 'html', 'json'] as const;

const impact: CommandDescriptor = {
  name: 'migrate impact',
  summary: 'What everything pending locks, breaks, risks and needs, on these databases.',
  description:
    'Reads the catalogs of the databases, the files, and the last rehearsal of this plan; run "plinth migrate rehearse" first. Times and log are ranges for the sizes the tables have now. Example: plinth migrate impact --format html > impact.html',
  needs: 'server',
  flags: Type.Object({
    format: Type.Optional(
      Type.Union(
        formats.map((format) => Type.Literal(format)),
        { default: 'md', description: 'Markdown, a page of HTML, or JSON.' },
      ),
    ),
  }),
  async run({ flags, use }) {
    const report = await use<Migrate>('migrate').impact.report();
    const { toHtml, toMarkdown } = await import('./render.ts');
    const format = (flags.format ?? 'md') as (typeof formats)[number];
    const text = format === 'html' ? toHtml(report) : format === 'json' ? JSON.stringify(report, undefined, 2) : toMarkdown(report);
    return { data: report, text };
  },
};

export const impactCommands: readonly CommandDescriptor[] = [impact];

export const impactRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/impact',
    summary:
      'The last impact report: locks with their time, dependants, queries, way back and risk of each pending migration; null before the first.',
    role: 'viewer',
    handler: async ({ use }) => ({ report: (await use<Migrate>('migrate').impact.latest()) ?? null }),
  },
];
