import { userInfo } from 'node:os';
import { type CommandDescriptor, type CommandInput, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { type MemberRole, memberRoles, type Tenancy } from '../model/types.ts';
import type { Grant } from './types.ts';

const glassOf = (input: CommandInput) => input.use<Tenancy>('tenancy').breakGlass;
const minute = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');
const stateOf = (grant: Grant) => (grant.isRunning ? 'running' : grant.ended ? `ended by ${grant.endedBy}` : 'expired');
const role = Type.Union(
  memberRoles.map((name) => Type.Literal(name)),
  { default: 'viewer', description: 'What may be done, as a member of that role.' },
);
const minutes = Type.Integer({ default: 30, minimum: 1, maximum: 480, description: 'For how long.' });

export const breakGlassCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy break-glass open',
    summary: 'Let a staff member reach a tenant’s rows, for a reason and a time, on record.',
    description:
      'The console shows the tenant’s mail, contents and rows to them until it ends. Each answer goes into the audit trail with its keys.',
    needs: 'migrated',
    arguments: [{ name: 'tenant', meaning: 'slug or id' }],
    flags: Type.Object({
      staff: Type.String({ minLength: 1, description: 'Account of the staff member.' }),
      reason: Type.String({ description: 'Why, for whoever reads the trail; at least 10 characters.' }),
      minutes,
      role,
    }),
    async run(input) {
      const { staff, reason, minutes, role } = input.flags as { staff: string; reason: string; minutes: number; role: MemberRole };
      const grant = await glassOf(input).open({ tenant: input.args.tenant as string, staff, reason, minutes, role });
      return {
        data: { grant },
        text: `Grant ${grant.id}: ${grant.staff.account} reaches ${grant.slug} as ${grant.role} until ${minute(grant.expires)} UTC.`,
      };
    },
  },
  {
    name: 'tenancy break-glass list',
    summary: 'Who of the staff reached which tenant, when and why; newest first.',
    needs: 'migrated',
    flags: Type.Object({ tenant: Type.Optional(Type.String({ description: 'Only this one: slug or id.' })) }),
    async run(input) {
      const { tenant } = input.flags as { tenant?: string };
      const tenantId = tenant === undefined ? undefined : (await input.use<Tenancy>('tenancy').find(tenant)).id;
      const grants = await glassOf(input).list(tenantId);
      return {
        data: { grants },
        table: {
          columns: ['begun', 'until', 'state', 'tenant', 'staff', 'role', 'reason', 'id'],
          rows: grants.map((g) => [
            minute(g.begun),
            minute(g.ended ?? g.expires),
            stateOf(g),
            g.slug,
            g.staff.account,
            g.role,
            g.reason,
            g.id,
          ]),
        },
      };
    },
  },
  {
    name: 'tenancy break-glass end',
    summary: 'End a grant before its time.',
    needs: 'migrated',
    arguments: [{ name: 'grant', meaning: 'its id, as in "plinth tenancy break-glass list"' }],
    async run(input) {
      const grant = await glassOf(input).end(input.args.grant as string, userInfo().username);
      return { data: { grant }, text: `Grant ${grant.id} is over: ${stateOf(grant)}.` };
    },
  },
  {
    name: 'tenancy staff add',
    summary: 'Let the holder of a console account break the glass.',
    needs: 'migrated',
    arguments: [{ name: 'account', meaning: 'name of their account for the console' }],
    flags: Type.Object({ name: Type.Optional(Type.String({ minLength: 1, description: 'Name for people; default: the account.' })) }),
    async run(input) {
      const { name } = input.flags as { name?: string };
      const staff = await glassOf(input).addStaff({ account: input.args.account as string, ...(name !== undefined && { name }) });
      return { data: { staff }, text: `${staff.name} (${staff.account}) may break the glass.` };
    },
  },
  {
    name: 'tenancy staff remove',
    summary: 'Take that leave away; their running grants end.',
    needs: 'migrated',
    arguments: [{ name: 'account', meaning: 'as in "plinth tenancy staff list"' }],
    async run(input) {
      const account = input.args.account as string;
      await glassOf(input).removeStaff(account, userInfo().username);
      return { data: { account }, text: `${account} may not break the glass any more.` };
    },
  },
  {
    name: 'tenancy staff list',
    summary: 'Who may break the glass.',
    needs: 'migrated',
    async run(input) {
      const staff = await glassOf(input).staff();
      return {
        data: { staff },
        table: { columns: ['account', 'name', 'since'], rows: staff.map((s) => [s.account, s.name, minute(s.created)]) },
      };
    },
  },
];

export const breakGlassRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/break-glass',
    summary: 'Who of the staff reached which tenant, when and why; newest first.',
    role: 'viewer',
    query: Type.Object({ tenant: Type.Optional(Type.String({ description: 'Only this one: slug or id.' })) }),
    async handler({ query, use }) {
      const tenancy = use<Tenancy>('tenancy');
      const { tenant } = query as { tenant?: string };
      return { grants: await tenancy.breakGlass.list(tenant === undefined ? undefined : (await tenancy.find(tenant)).id) };
    },
  },
  {
    method: 'POST',
    path: '/tenancy/break-glass',
    summary: 'Grants who is signed in a look at a tenant’s rows; for staff members, with a reason, on record.',
    // Being a staff member is what counts; what they see is what a viewer sees.
    role: 'viewer',
    body: Type.Object({ tenant: Type.String({ minLength: 1 }), reason: Type.String({ maxLength: 500 }), minutes }),
    async handler({ body, account, use }) {
      const request = body as { tenant: string; reason: string; minutes: number };
      return { grant: await use<Tenancy>('tenancy').breakGlass.open({ ...request, staff: account?.name ?? '' }) };
    },
  },
  {
    method: 'POST',
    path: '/tenancy/break-glass/:id/end',
    summary: 'Ends a grant before its time.',
    role: 'operator',
    handler: async ({ params, account, use }) => ({
      grant: await use<Tenancy>('tenancy').breakGlass.end(params.id ?? '', account?.name ?? 'console'),
    }),
  },
];
