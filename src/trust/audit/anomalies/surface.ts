import { userInfo } from 'node:os';
import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Audit } from '../model/types.ts';

export const anomaliesCommands: readonly CommandDescriptor[] = [
  {
    name: 'audit anomalies',
    summary: 'What users did that is unusual for them, newest first.',
    needs: 'migrated',
    description: 'Judged hourly by a serving platform, against four weeks of the same user and tenant; with --judge also now.',
    flags: Type.Object({
      all: Type.Optional(Type.Boolean({ description: 'Also those that are marked as expected.' })),
      judge: Type.Optional(Type.Boolean({ description: 'Judge the hours that have ended since it was last done.' })),
    }),
    async run(input) {
      const { all = false, judge = false } = input.flags as { all?: boolean; judge?: boolean };
      const { anomalies } = input.use<Audit>('audit');
      const judged = judge ? await anomalies.judge({ signal: input.signal }) : undefined;
      const list = await anomalies.list({ withExpected: all });
      const told = judged
        ? `Judged ${judged.hours} hours: ${judged.judged} times a user, ${judged.tooNew} times too little is known of one; ${judged.raised} raised.`
        : undefined;
      return {
        data: { anomalies: list, judged: judged ?? null },
        ...(told !== undefined && { text: `${told}\n` }),
        ...(list.length === 0
          ? { text: told ?? 'Nothing unusual on record.' }
          : {
              table: {
                columns: ['last hour (UTC)', 'who', 'tenant', 'severity', 'evidence', 'hours', 'expected', 'id'],
                rows: list.map((one) => [
                  one.lastHour.toISOString().slice(0, 16).replace('T', ' '),
                  one.user ?? 'without a user',
                  one.tenant ?? '',
                  one.severity,
                  one.evidence,
                  one.occurrences,
                  one.expected ? `${one.expected.because} (${one.expected.by})` : '',
                  one.id,
                ]),
              },
            }),
      };
    },
  },
  {
    name: 'audit expect',
    summary: 'Say that an anomaly is expected; it is raised again only when it becomes more.',
    needs: 'migrated',
    arguments: [
      { name: 'id', meaning: 'of the anomaly' },
      { name: 'because', meaning: 'why, in your words' },
    ],
    async run(input) {
      const [id, because] = [input.args.id as string, input.args.because as string];
      await input.use<Audit>('audit').anomalies.expect({ id, because, by: userInfo().username });
      return { data: { id, because }, text: 'Expected from now on; beyond what was seen it is raised again.' };
    },
  },
  {
    name: 'audit unexpect',
    summary: 'Take back that an anomaly is expected.',
    needs: 'migrated',
    arguments: [{ name: 'id', meaning: 'of the anomaly' }],
    async run(input) {
      const id = input.args.id as string;
      await input.use<Audit>('audit').anomalies.unexpect({ id, by: userInfo().username });
      return { data: { id }, text: 'No longer expected.' };
    },
  },
];

export const anomaliesRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/audit/anomalies',
    summary: 'What users did that is unusual for them, newest first.',
    role: 'operator',
    query: Type.Object({ all: Type.Optional(Type.Boolean()) }),
    handler: async ({ query, use }) => ({ anomalies: await use<Audit>('audit').anomalies.list({ withExpected: query.all === true }) }),
  },
  {
    method: 'POST',
    path: '/audit/anomalies/:id/expect',
    summary: 'Says that an anomaly is expected.',
    role: 'operator',
    body: Type.Object({ because: Type.String({ minLength: 1, maxLength: 500 }) }),
    async handler({ params: { id = '' }, body, account, use }) {
      const { because } = body as { because: string };
      await use<Audit>('audit').anomalies.expect({ id, because, by: account?.name ?? 'console' });
      return { id };
    },
  },
  {
    method: 'DELETE',
    path: '/audit/anomalies/:id/expect',
    summary: 'Takes that back.',
    role: 'operator',
    async handler({ params: { id = '' }, account, use }) {
      await use<Audit>('audit').anomalies.unexpect({ id, by: account?.name ?? 'console' });
      return { id };
    },
  },
];
