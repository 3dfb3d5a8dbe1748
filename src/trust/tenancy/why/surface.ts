import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import { type Verb, verbs } from '../model/coverage.ts';
import type { Tenancy } from '../model/types.ts';

// Somebody asks because a row is not there: what stands against it is a finding.
const hiddenExitCode = 1;

export const whyCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy why',
    summary: 'Say what hides a row: which policy, which part of it, with the values.',
    description:
      'Asks what the database asks, in its order, and tries to read the row that way; the row itself is never shown. Exits with 1 when it is hidden.\n' +
      'Example: plinth tenancy why shop.orders 0190b0a0-0000-7000-8000-000000000001 --tenant acme --user ann@example.org',
    needs: 'migrated',
    arguments: [
      { name: 'table', meaning: 'schema.table' },
      { name: 'key', meaning: 'key of the row without the tenant; several columns with commas between' },
    ],
    flags: Type.Object({
      tenant: Type.String({ minLength: 1, description: 'Slug or id of the tenant that was worked for.' }),
      user: Type.Optional(Type.String({ minLength: 1, description: 'Id or address; without it, work of jobs.' })),
      verb: Type.Union(
        verbs.map((verb) => Type.Literal(verb)),
        { default: 'select', description: 'What was tried.' },
      ),
    }),
    async run(input) {
      const { tenant, user, verb } = input.flags as { tenant: string; user?: string; verb: Verb };
      const { table, key } = input.args as { table: string; key: string };
      const why = await input.use<Tenancy>('tenancy').why({ table, key, tenant, verb, ...(user !== undefined && { user }) });
      const isHidden = why.isSeen === false || why.conditions.some(({ holds }) => !holds);
      return {
        data: why,
        table: {
          columns: ['', 'asked for', 'found'],
          rows: why.conditions.map(({ what, holds, because }) => [holds ? 'yes' : 'NO', what, because]),
        },
        text: why.isSeen === null ? 'Not tried.' : why.isSeen ? 'Read that way, the row is seen.' : 'Read that way, the row is not seen.',
        exitCode: isHidden ? hiddenExitCode : 0,
      };
    },
  },
];
