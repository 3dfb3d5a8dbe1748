import { writeFile } from 'node:fs/promises';
import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import { type Regulation, regulations } from '../model/regulations.ts';
import type { Audit } from '../model/types.ts';
import { parseRange } from '../surface/time-range.ts';

const quarterDays = 90;

export const reportsCommands: readonly CommandDescriptor[] = [
  {
    name: 'audit report',
    summary: 'Answer the questions of GDPR, HIPAA or SOX from the trail, each with its evidence.',
    needs: 'migrated',
    description:
      'Markdown on standard output, or with --format html one page without anything from elsewhere. Each section has the statement that gives it.',
    flags: Type.Object({
      for: Type.Union(
        regulations.map((regulation) => Type.Literal(regulation)),
        { description: 'GDPR, HIPAA or SOX.' },
      ),
      from: Type.Optional(Type.String({ description: 'Beginning, e.g. 2026-01-31; UTC. Default: 90 days before the end.' })),
      to: Type.Optional(Type.String({ description: 'End, exclusive. Default: now.' })),
      format: Type.Optional(Type.Union([Type.Literal('markdown'), Type.Literal('html')], { description: 'markdown (default) or html.' })),
      out: Type.Optional(Type.String({ description: 'File to write instead of standard output.' })),
    }),
    async run(input) {
      const flags = input.flags as { for: Regulation; from?: string; to?: string; format?: 'markdown' | 'html'; out?: string };
      const { for: regulation, format = 'markdown', out, ...given } = flags;
      const { from, to } = parseRange(
        { ...(given.from !== undefined && { from: given.from }), ...(given.to !== undefined && { to: given.to }) },
        new Date(),
        quarterDays,
      );
      const report = await input.use<Audit>('audit').reports.report({ regulation, from, to, format });
      if (out === undefined) return { data: { regulation, from, to, report }, text: report };
      await writeFile(out, report);
      return { data: { regulation, from, to, file: out }, text: `Written to ${out}.` };
    },
  },
];
