import { writeFile } from 'node:fs/promises';
import { type CommandDescriptor, type CommandInput, Type } from '../../../kernel/index.ts';
import { type Attempt, worst } from '../model/certificate.ts';
import { citusStatements, type TableCoverage, verbs } from '../model/coverage.ts';
import type { Tenancy } from '../model/types.ts';

const tenancyOf = (input: CommandInput) => input.use<Tenancy>('tenancy');
const tenantArgument = [{ name: 'tenant', meaning: 'slug or id' }] as const;
// Something was found that has to be put right.
const findingsExitCode = 1;

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy create',
    summary: 'Create a tenant in every tier, or complete an interrupted creation.',
    needs: 'migrated',
    arguments: [{ name: 'slug', meaning: 'lower case letters, digits and inner hyphens' }],
    flags: Type.Object({ name: Type.Optional(Type.String({ description: 'Name for people; default: the slug.' })) }),
    async run(input) {
      const { name } = input.flags as { name?: string };
      const tenant = await tenancyOf(input).create({ slug: input.args.slug as string, ...(name !== undefined && { name }) });
      return { data: { tenant }, text: `${tenant.slug} is ${tenant.state} (${tenant.id})` };
    },
  },
  {
    name: 'tenancy list',
    summary: 'List the tenants.',
    needs: 'migrated',
    async run(input) {
      const tenants = await tenancyOf(input).list();
      return {
        data: { tenants },
        table: {
          columns: ['slug', 'name', 'state', 'place', 'members', 'created', 'id'],
          rows: tenants.map((t) => [
            t.slug,
            t.name,
            t.state,
            t.placement ?? 'shared',
            t.memberCount,
            t.created.toISOString().slice(0, 10),
            t.id,
          ]),
        },
      };
    },
  },
  {
    name: 'tenancy show',
    summary: 'Show a tenant, its members, what was done with it as a whole, and the latest refused attempts.',
    needs: 'migrated',
    arguments: tenantArgument,
    async run(input) {
      const tenancy = tenancyOf(input);
      const tenant = await tenancy.find(input.args.tenant as string);
      const [members, events, operations] = await Promise.all([
        tenancy.members(tenant.id),
        tenancy.events(tenant.id),
        tenancy.lifecycle.operations(tenant.id),
      ]);
      const text = [
        `${tenant.name} (${tenant.slug}), ${tenant.state} since ${tenant.created.toISOString()}, ${tenant.id}${tenant.placement === null ? '' : `, in ${tenant.placement}`}`,
        ...members.map((member) => `  ${member.role.padEnd(6)} ${member.email} (${member.name})`),
        ...operations
          .slice(0, 5)
          .map(
            (one) =>
              `  ${one.kind} ${one.started.toISOString()}: ${one.failure ?? (one.completed ? 'done' : `not finished, ${one.stepCount} steps done`)}`,
          ),
        ...events
          .slice(0, 10)
          .map((event) => `  refused ${event.created.toISOString()} ${event.eventType}: ${event.reason ?? event.action}`),
      ].join('\n');
      return { data: { tenant, members, events, operations }, text };
    },
  },
  {
    name: 'tenancy check',
    summary: 'Compare row security and keys of every table with what was declared.',
    needs: 'migrated',
    description: 'Reads catalogs only. Exits with 1 when a table, view or function could show a tenant the rows of another.',
    flags: Type.Object({
      citus: Type.Optional(Type.Boolean({ description: 'Print the statements that would distribute the tables over Citus instead.' })),
    }),
    async run(input) {
      const tables = await tenancyOf(input).coverage();
      const hasFindings = tables.some((table) => table.problems.length > 0);
      if ((input.flags as { citus?: boolean }).citus) {
        const statements = citusStatements(tables);
        return { data: { statements }, text: statements.join('\n'), exitCode: hasFindings ? findingsExitCode : 0 };
      }
      return { data: { tables }, table: coverageTable(tables), exitCode: hasFindings ? findingsExitCode : 0 };
    },
  },
  {
    name: 'tenancy certify',
    summary: 'Try to reach one tenant’s rows from another, on every table, and sign what was found.',
    needs: 'migrated',
    description:
      'Makes two tenants with rows of their own, tries every table and view as every role in transactions that are rolled back, and removes the tenants. Exits with 1 on a leak.',
    flags: Type.Object({ out: Type.Optional(Type.String({ description: 'File for the signed JSON.' })) }),
    async run(input) {
      const certificate = await tenancyOf(input).certify({ signal: input.signal, onProgress: (line) => input.progress(line) });
      const { out } = input.flags as { out?: string };
      if (out !== undefined) await writeFile(out, `${JSON.stringify(certificate, null, 2)}\n`);
      const { attempts } = certificate;
      const leak = attempts.find((attempt) => attempt.verdict === 'leak');
      return {
        data: certificate,
        ...(leak
          ? { text: `Leak: ${leak.tier} ${leak.target}, ${leak.path} as ${leak.role}: ${leak.reason}\n  ${leak.statement}` }
          : { table: certificateTable(attempts), text: summaryOf(attempts) }),
        exitCode: leak ? findingsExitCode : 0,
      };
    },
  },
  {
    name: 'tenancy rotate-key',
    summary: 'Make a new key of the seal in every database.',
    needs: 'migrated',
    description: 'Running processes take it up within half a minute; until the next rotation the key before is accepted as well.',
    async run(input) {
      await tenancyOf(input).rotateKey();
      return { data: { isRotated: true }, text: 'The seal has a new key in every database.' };
    },
  },
];

const shownVerdicts = ['own rows only', 'figures only', 'closed', 'not proven'] as const;

/** A line per table: which paths show its own rows, which are closed, which could not be tried. */
function certificateTable(attempts: readonly Attempt[]) {
  const targets = Map.groupBy(attempts, ({ tier, target }) => `${tier} ${target}`);
  return {
    columns: ['target', ...shownVerdicts],
    rows: [...targets].map(([target, tried]) => {
      const verdicts = [...Map.groupBy(tried, ({ path }) => path)].map(([path, list]) => [path, worst(list.map(({ verdict }) => verdict))]);
      return [target, ...shownVerdicts.map((shown) => verdicts.flatMap(([path, verdict]) => (verdict === shown ? [path] : [])).join(', '))];
    }),
  };
}

function summaryOf(attempts: readonly Attempt[]): string {
  const notProven = attempts.filter(({ verdict }) => verdict === 'not proven').length;
  return `\nNo leak in ${attempts.length - notProven} attempts; ${notProven} could not be tried and prove nothing (--json says why).`;
}

function coverageTable(tables: readonly TableCoverage[]) {
  return {
    columns: ['tier', 'table', 'security', ...verbs, 'problems'],
    rows: tables.map((table) => [
      table.tier,
      // Of a function the name says it.
      table.table.replace(/\(.*/, '(…)'),
      table.isEnabled ? (table.isForced ? 'forced' : 'enabled') : table.problems.length === 0 ? 'by its tables' : 'off',
      ...verbs.map((verb) => (table.verbs[verb] ? 'yes' : 'no')),
      [...table.problems, ...table.accepted.map((reason) => `accepted: ${reason}`)].join('; '),
    ]),
  };
}
