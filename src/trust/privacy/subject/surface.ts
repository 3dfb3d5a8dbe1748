import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CommandDescriptor, type CommandInput, type CommandResult, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Privacy } from '../model/types.ts';
import type { ErasureCertificate, PlannedPlace, Subjects } from './types.ts';

const subjectsOf = (input: Pick<CommandInput, 'use'>): Subjects => input.use<Privacy>('privacy').subjects;

const person = [
  {
    name: 'identifier',
    meaning: 'e-mail address, phone number with its country (+49…), or with --kind what a link of the product matches',
  },
] as const;

const who = {
  kind: Type.Optional(Type.String({ description: 'Kind of the identifier; default: told from it.' })),
  tenant: Type.Optional(Type.String({ description: 'Slug or id; default: all tenants, and what belongs to none.' })),
};
const purpose = Type.String({ minLength: 1, description: 'On what ground, e.g. the number of the letter. Kept as evidence.' });

interface Flags {
  readonly kind?: string;
  readonly tenant?: string;
  readonly purpose: string;
  readonly yes?: boolean;
  readonly out?: string;
}

const requestOf = (input: CommandInput) => {
  const { kind, tenant, purpose: ground } = input.flags as unknown as Flags;
  return {
    identifier: String(input.args.identifier),
    ...(kind !== undefined && { kind }),
    ...(tenant !== undefined && { tenant }),
    purpose: ground,
    signal: input.signal,
    onProgress: (line: string) => input.progress(line),
  };
};

export const subjectCommands: readonly CommandDescriptor[] = [
  {
    name: 'privacy subject list',
    summary: 'What people asked for: exports and erasures, and how far they are.',
    needs: 'migrated',
    async run(input) {
      const requests = await subjectsOf(input).requests();
      const rows = requests.map((one) => [
        one.created.toISOString().slice(0, 16).replace('T', ' '),
        one.kind,
        `${one.identifierKind} ${one.identifierHash.slice(0, 12)}`,
        one.heldBy === undefined ? one.state : `held: ${one.heldBy}`,
        one.places,
        one.rows,
        one.purpose,
        one.id,
      ]);
      return { data: { requests }, table: { columns: ['asked', 'kind', 'person', 'state', 'places', 'rows', 'purpose', 'id'], rows } };
    },
  },
  {
    name: 'privacy subject links',
    summary: 'How people are found in tables, and what erasing does there.',
    description: 'Declared in migrations of oltp with "select privacy.link_subject(…)".',
    needs: 'migrated',
    async run(input) {
      const links = await subjectsOf(input).links();
      const pairs = (of: Readonly<Record<string, string>> = {}) => Object.entries(of).map(([column, kind]) => `${column}: ${kind}`);
      const rows = links.map((link) => [
        link.tier,
        `${link.schema}.${link.table}`,
        pairs(link.matches).join(', '),
        pairs(link.yields).join(', '),
        [link.method, ...(link.anonymised ?? [])].join(' '),
        link.reason ?? '',
      ]);
      return { data: { links }, table: { columns: ['tier', 'table', 'finds by', 'yields', 'method', 'reason'], rows } };
    },
  },
  {
    name: 'privacy subject export',
    summary: 'Write all there is of a person into a folder.',
    description: 'Records as JSON lines, files as they are, and a manifest with hashes. The folder gets its name when it is whole.',
    needs: 'migrated',
    arguments: person,
    flags: Type.Object({ ...who, purpose, out: Type.String({ description: 'The new folder.' }) }),
    async run(input) {
      const out = resolve((input.flags as unknown as Required<Flags>).out);
      const written = await subjectsOf(input).export(requestOf(input), out);
      const rows = written.files.map(({ name, records, sizeBytes }) => [name, records ?? '', sizeBytes]);
      return { data: written, table: { columns: ['file', 'records', 'bytes'], rows } };
    },
  },
  {
    name: 'privacy subject erase',
    summary: 'Erase a person from all tiers, and certify it.',
    description:
      'Without --yes it shows what would be done. An erasure that was interrupted goes on when it is asked for again. Small tables that held the person are rewritten, so that their bytes leave the files.',
    needs: 'migrated',
    arguments: person,
    flags: Type.Object({
      ...who,
      purpose,
      yes: Type.Optional(Type.Boolean({ description: 'Erase; what is gone does not come back.' })),
      out: Type.Optional(Type.String({ description: 'File for the certificate, signed JSON.' })),
    }),
    async run(input) {
      const request = requestOf(input);
      const { yes, out } = input.flags as unknown as Flags;
      if (yes) return certified(await subjectsOf(input).erase(request), out);
      return planned(await subjectsOf(input).plan(request));
    },
  },
  {
    name: 'privacy subject resume',
    summary: 'Go on with an erasure that was interrupted or held.',
    needs: 'migrated',
    arguments: [{ name: 'request', meaning: 'id, as in "privacy subject list"' }],
    flags: Type.Object({ out: Type.Optional(Type.String({ description: 'File for the certificate, signed JSON.' })) }),
    async run(input) {
      const bounds = { signal: input.signal, onProgress: (line: string) => input.progress(line) };
      const certificate = await subjectsOf(input).resume(String(input.args.request), bounds);
      return certified(certificate, (input.flags as unknown as Flags).out);
    },
  },
];

function planned(plan: readonly PlannedPlace[]): CommandResult {
  if (plan.length === 0) return { data: { plan }, text: 'Nothing is found of this person.' };
  const rows = plan.map(({ store, place, method, count, reason, hold }) => [store, place, method, count, hold ?? reason ?? '']);
  return {
    data: { plan },
    table: { columns: ['store', 'place', 'would', 'count', 'because'], rows },
    text: '\nNothing was changed. --yes erases it.',
  };
}

async function certified(certificate: ErasureCertificate, out: string | undefined): Promise<CommandResult> {
  if (out !== undefined) await writeFile(out, `${JSON.stringify(certificate, null, 2)}\n`, { mode: 0o600 });
  const rows = certificate.places.map(({ store, place, method, count, reason }) => [store, place, method, count, reason ?? '']);
  return {
    data: certificate,
    table: { columns: ['store', 'place', 'method', 'count', 'because'], rows },
    text: ['', `Erased and looked at again; request ${certificate.request}.`, ...certificate.remains.map((line) => `- ${line}`)].join('\n'),
  };
}

export const subjectRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/privacy/requests',
    summary: 'What people asked for: exports and erasures, without their data.',
    role: 'viewer',
    handler: async (request) => ({ requests: await subjectsOf(request).requests() }),
  },
  {
    method: 'GET',
    path: '/privacy/requests/:id/certificate',
    summary: 'The signed certificate of a completed erasure.',
    role: 'viewer',
    handler: async (request) => subjectsOf(request).certificate(request.params.id ?? ''),
  },
  {
    method: 'POST',
    path: '/privacy/requests/:id/resume',
    summary: 'Goes on with an erasure that was interrupted or held; answers when it is completed.',
    role: 'admin',
    handler: async (request) => subjectsOf(request).resume(request.params.id ?? '', { signal: request.signal }),
  },
  {
    method: 'GET',
    path: '/privacy/links',
    summary: 'How people are found in tables, and what erasing does there.',
    role: 'viewer',
    handler: async (request) => ({ links: await subjectsOf(request).links() }),
  },
];
