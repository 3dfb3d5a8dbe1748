import { readFileSync, writeFileSync } from 'node:fs';
import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import { approvalErrors } from './errors.ts';
import { type ApprovalRole, type ApprovalStatus, approvalRoles } from './types.ts';

const role = Type.Union(
  approvalRoles.map((one) => Type.Literal(one)),
  { default: 'reviewer', description: 'As what you approve; a change of rights takes one as "security".' },
);

const approve: CommandDescriptor = {
  name: 'migrate approve',
  summary: 'Approve what is pending here, for 72 hours and these bytes only.',
  description:
    'Without --reason it shows what is needed, given and missing. The plan has to be rehearsed; whoever wrote a part of it cannot approve it. --sign writes a signed file instead, which --signed takes on another machine. Exit code 4: not approved.',
  needs: 'server',
  flags: Type.Object({
    reason: Type.Optional(Type.String({ minLength: 1, description: 'Why; kept with the approval.' })),
    role: Type.Optional(role),
    sign: Type.Optional(Type.String({ description: 'File to write the signed approval to; needs --key.' })),
    key: Type.Optional(Type.String({ description: 'Your private key (Ed25519, PEM).' })),
    as: Type.Optional(Type.String({ description: 'The name of your key, as in migrate.approverKeys. Default: your user name.' })),
    signed: Type.Optional(Type.String({ description: 'Signed approval of somebody else to take over.' })),
  }),
  async run({ flags, use }) {
    const { reason, sign, key, signed } = flags as { readonly [flag: string]: string | undefined };
    const { approvals } = use<Migrate>('migrate');
    if (signed !== undefined) {
      const taken = await approvals.accept(readFileSync(signed, 'utf8'));
      return { data: taken, text: `Taken: ${taken.approver} approved plan ${taken.planHash}.` };
    }
    if (reason === undefined) return showStatus(await approvals.status());
    const [{ userName }, { namesHere }] = await Promise.all([import('../run/index.ts'), import('./authors.ts')]);
    const aliases = await namesHere(process.cwd());
    const request = {
      approver: (flags.as as string | undefined) ?? userName(),
      aliases,
      reason,
      role: (flags.role ?? 'reviewer') as ApprovalRole,
    };
    if (sign !== undefined) {
      if (key === undefined) throw approvalErrors.NO_KEY();
      const text = await approvals.sign(request, readFileSync(key, 'utf8'));
      writeFileSync(sign, text, { mode: 0o644 });
      return { data: { file: sign }, text: `Wrote ${sign}. Next, where it is applied: plinth migrate approve --signed ${sign}` };
    }
    const given = await approvals.approve({ ...request, approver: userName() });
    const { warnings } = await approvals.status();
    return {
      data: given,
      text: [...warnings, `Approved plan ${given.planHash} for ${given.environment} until ${given.expires}.`].join('\n'),
    };
  },
};

function showStatus(status: ApprovalStatus) {
  const { planHash, environment, given, missing, isApproved, isRequired, warnings } = status;
  const lines = [
    `Plan ${planHash} for ${environment}${isRequired ? '' : ' (no approval is asked for here)'}`,
    ...given.map((one) => `  ${one.approver} (${one.role}) ${one.created}: ${one.verdict} — ${one.reason}`),
    ...(isApproved ? ['Approved.'] : missing.map((line) => `  missing: ${line}`)),
    ...warnings,
  ];
  return { data: status, text: lines.join('\n'), exitCode: isApproved || !isRequired ? 0 : 4 };
}

export const approveCommands: readonly CommandDescriptor[] = [approve];

export const approveRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/approvals',
    summary: 'What is needed for what is pending, which approvals were given, what each is worth and what is missing.',
    role: 'viewer',
    handler: ({ use }) => use<Migrate>('migrate').approvals.status(),
  },
  {
    method: 'POST',
    path: '/migrate/approvals',
    summary: 'Approves everything pending in the name of who is signed in.',
    role: 'operator',
    body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 2_000 }), role: Type.Optional(role) }),
    handler: async ({ body, account, use }) => {
      if (!account) throw approvalErrors.NO_APPROVER();
      const { reason, role: as } = body as { readonly reason: string; readonly role?: ApprovalRole };
      return use<Migrate>('migrate').approvals.approve({ approver: account.name, reason, ...(as && { role: as }) });
    },
  },
];
