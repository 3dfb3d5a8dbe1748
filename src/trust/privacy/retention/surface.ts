import { writeFile } from 'node:fs/promises';
import { type CommandDescriptor, type CommandResult, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Privacy } from '../model/types.ts';
import type { Retention, RetentionStep } from './types.ts';

const retentionOf = (input: { use<T>(name: string): T }): Retention => input.use<Privacy>('privacy').retention;
const columns = ['table', 'tenant', 'method', 'older than', 'rows', 'kept by'];

export const retentionCommands: readonly CommandDescriptor[] = [
  {
    name: 'privacy retention plan',
    summary: 'What is too old, now or on a day to come, and what keeps it. Changes nothing.',
    description:
      'Rules are declared in migrations of oltp with "select privacy.retain(…)"; tables managed by partition end with their partitions.',
    needs: 'migrated',
    flags: Type.Object({ on: Type.Optional(Type.String({ format: 'date', description: 'Day, e.g. 2027-01-01. Default: now.' })) }),
    async run(input) {
      const { on } = input.flags as { on?: string };
      const steps = await retentionOf(input).plan({ signal: input.signal, ...(on !== undefined && { on: new Date(on) }) });
      return planned(steps);
    },
  },
  {
    name: 'privacy retention run',
    summary: 'Delete or anonymise what is too old, and certify it.',
    description:
      'Without --yes it shows the plan. In batches that leave half of the time to others; interrupted, it goes on when it is called again.',
    needs: 'migrated',
    flags: Type.Object({
      yes: Type.Optional(Type.Boolean({ description: 'Do it; what is gone does not come back.' })),
      out: Type.Optional(Type.String({ description: 'File for the certificate, signed JSON.' })),
    }),
    async run(input) {
      const { yes, out } = input.flags as { yes?: boolean; out?: string };
      if (!yes) return planned(await retentionOf(input).plan({ signal: input.signal }));
      const certificate = await retentionOf(input).run({ signal: input.signal, onProgress: (line) => input.progress(line) });
      if (out !== undefined) await writeFile(out, `${JSON.stringify(certificate, null, 2)}\n`, { mode: 0o600 });
      const rows = certificate.steps.map((step) => [
        step.place,
        step.tenantId ?? 'all',
        step.method,
        step.cutoff.slice(0, 10),
        step.rows,
        step.keptBy ?? '',
      ]);
      return { data: certificate, table: { columns, rows } };
    },
  },
];

function planned(steps: readonly RetentionStep[]): CommandResult {
  const rows = steps.map((step) => [
    step.place,
    step.tenantId ?? 'all',
    step.method,
    step.cutoff.toISOString().slice(0, 10),
    step.rows,
    step.keptBy ?? '',
  ]);
  return { data: { steps }, table: { columns, rows }, text: '\nNothing was changed.' };
}

export const retentionRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/privacy/retention',
    summary: 'What is too old now or on a day to come, and what keeps it.',
    role: 'viewer',
    query: Type.Object({ on: Type.Optional(Type.String({ format: 'date' })) }),
    async handler(request) {
      const { on } = request.query as { on?: string };
      return { steps: await retentionOf(request).plan({ signal: request.signal, ...(on !== undefined && { on: new Date(on) }) }) };
    },
  },
];
