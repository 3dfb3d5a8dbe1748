import { writeFile } from 'node:fs/promises';
import { type CommandDescriptor, type CommandInput, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../model/types.ts';
import { lifecycleErrors } from './errors.ts';

const tenantArgument = [{ name: 'tenant', meaning: 'slug or id' }] as const;
const folderArgument = [...tenantArgument, { name: 'folder', meaning: 'new or empty; made where it is missing' }] as const;
const lifecycleOf = (input: CommandInput) => input.use<Tenancy>('tenancy').lifecycle;
const watchOf = (input: CommandInput) => ({ signal: input.signal, onProgress: (line: string) => input.progress(line) });
const count = (value: number) => value.toLocaleString('en');

export const lifecycleCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy suspend',
    summary: 'Refuse a tenant’s writes and end what works for it by itself; its people can still read.',
    description: 'Returns when nothing that began before is still at work. "plinth tenancy resume" lets it go on.',
    needs: 'migrated',
    arguments: tenantArgument,
    async run(input) {
      const tenant = await lifecycleOf(input).suspend(input.args.tenant as string, watchOf(input));
      return { data: { tenant }, text: `${tenant.slug} is ${tenant.state}: it can be read, not written.` };
    },
  },
  {
    name: 'tenancy resume',
    summary: 'Let a suspended tenant work again.',
    needs: 'migrated',
    arguments: tenantArgument,
    async run(input) {
      const tenant = await lifecycleOf(input).resume(input.args.tenant as string, watchOf(input));
      return { data: { tenant }, text: `${tenant.slug} is ${tenant.state}.` };
    },
  },
  {
    name: 'tenancy export',
    summary: 'Write all that is a tenant’s into a folder.',
    description:
      'Rows of all tiers as COPY files, users, contents; manifest.json with counts and hashes, signed, is written last. Each database is as of\n' +
      'one moment; suspend the tenant before for all of them as of the same. Interrupted, the same command completes it.\n' +
      'With --masked-as it is of nobody: see "plinth tenancy clone".\n' +
      'Example: plinth tenancy export acme ./acme-export',
    needs: 'migrated',
    arguments: folderArgument,
    flags: Type.Object({
      maskedAs: Type.Optional(
        Type.String({ description: 'Mask personal values, and let it be another tenant of this slug where it is imported.' }),
      ),
    }),
    async run(input) {
      const { tenant, folder } = input.args as { tenant: string; folder: string };
      const { maskedAs } = input.flags as { maskedAs?: string };
      const manifest = await lifecycleOf(input).export(tenant, { folder, ...(maskedAs !== undefined && { maskedAs }) }, watchOf(input));
      const sum = (of: 'rows' | 'sizeBytes') => manifest.tables.reduce((total, table) => total + table[of], 0);
      const moment = manifest.isQuiet ? 'as of one moment' : 'each database as of a moment of its own';
      return {
        data: manifest,
        text: [
          `${count(sum('rows'))} rows of ${manifest.tables.length} tables, ${count(sum('sizeBytes'))} bytes, ${moment}.`,
          `Signed with ${manifest.publicKey}`,
        ].join('\n'),
      };
    },
  },
  {
    name: 'tenancy import',
    summary: 'Take an export in as a tenant of this platform.',
    description:
      'The tenant keeps its id and is invisible until every row and byte was compared with the manifest. Interrupted, the same command\n' +
      'completes it; "plinth tenancy erase" takes it back. What this platform does not know is refused by name before anything is written.',
    needs: 'migrated',
    arguments: [{ name: 'folder', meaning: 'what "plinth tenancy export" wrote' }],
    flags: Type.Object({ slug: Type.Optional(Type.String({ description: 'Another slug than it had.' })) }),
    async run(input) {
      const { slug } = input.flags as { slug?: string };
      const tenant = await lifecycleOf(input).import(
        { folder: input.args.folder as string, ...(slug !== undefined && { slug }) },
        watchOf(input),
      );
      return { data: { tenant }, text: `${tenant.slug} is ${tenant.state} (${tenant.id}).` };
    },
  },
  {
    name: 'tenancy move',
    summary: 'Bring a tenant’s rows into a database of its own, or back, while it works on.',
    description:
      'Copies, follows its changes, compares counts and hashes, then switches: its writers wait for at most 2 s. --to is a database on the server\n' +
      'of a tier (made where it is missing), a URL with the login of an administrator, or shared. Interrupted, the same command completes it.\n' +
      'Example: plinth tenancy move acme --to oltp/acme',
    needs: 'migrated',
    arguments: tenantArgument,
    flags: Type.Object({ to: Type.String({ description: 'oltp/<database>, postgres://admin:…@host:5432/<database>, or shared.' }) }),
    async run(input) {
      const tenant = input.args.tenant as string;
      const moved = await lifecycleOf(input).move(tenant, { to: (input.flags as { to: string }).to }, watchOf(input));
      const { from, to, tables, rows, pauseMs } = moved;
      return {
        data: moved,
        text: `${tenant} is in ${to}: ${count(rows)} rows of ${tables} tables came from ${from}; its writers waited for ${pauseMs} ms.`,
      };
    },
  },
  {
    name: 'tenancy clone',
    summary: 'Make a second tenant with the rows of one, in which nobody is recognised.',
    description:
      'For support and demonstrations. What is classified as confidential or restricted is masked on its way out of the database, people are\n' +
      'invented, contents and the platform’s records about the tenant stay behind. What looks personal and is not classified stops it.\n' +
      'Interrupted, the same command completes it. Into another platform: "plinth tenancy export --masked-as", then import there.',
    needs: 'migrated',
    arguments: [...tenantArgument, { name: 'slug', meaning: 'of the new tenant' }],
    flags: Type.Object({
      masked: Type.Boolean({ default: false, description: 'Has to be said: there is no copy with people as they are.' }),
    }),
    async run(input) {
      const { tenant, slug } = input.args as { tenant: string; slug: string };
      if (!(input.flags as { masked: boolean }).masked) throw lifecycleErrors.NOT_MASKED({ tenant, slug });
      const clone = await lifecycleOf(input).clone(tenant, { slug }, watchOf(input));
      return { data: { tenant: clone }, text: `${clone.slug} is ${clone.state} (${clone.id}), with nobody of ${tenant} in it.` };
    },
  },
  {
    name: 'tenancy erase',
    summary: 'Remove all that is a tenant’s from every tier, for good, and prove it.',
    description:
      'Closes the tenant, counts, removes rows in batches, tier by tier, and searches every table for what is left. What a legal hold keeps\n' +
      'is reported and stays; the same command completes it when the hold is released. Prints the signed certificate.',
    needs: 'migrated',
    arguments: tenantArgument,
    flags: Type.Object({
      confirm: Type.String({ default: '', description: 'The slug of the tenant, once more.' }),
      out: Type.Optional(Type.String({ description: 'File for the signed certificate.' })),
    }),
    async run(input) {
      const { confirm, out } = input.flags as { confirm: string; out?: string };
      const certificate = await lifecycleOf(input).erase(input.args.tenant as string, { confirm }, watchOf(input));
      if (out !== undefined) await writeFile(out, `${JSON.stringify(certificate, null, 2)}\n`);
      const rows = Object.entries(certificate.rows).flatMap(([tier, tables]) =>
        Object.entries(tables).map(([table, erased]) => [tier, table, erased] as const),
      );
      return {
        data: certificate,
        table: { columns: ['tier', 'table', 'rows erased'], rows },
        text: `${certificate.tenant.slug} was erased ${certificate.erased}; ${certificate.tablesSearched} tables searched, nothing left. Signed with ${certificate.publicKey}`,
      };
    },
  },
];

export const lifecycleRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/tenants/:id/operations',
    summary: 'What was and is being done with a tenant as a whole, newest first.',
    role: 'viewer',
    async handler({ params, use }) {
      const tenancy = use<Tenancy>('tenancy');
      const { id } = await tenancy.find(params.id ?? '');
      return { operations: await tenancy.lifecycle.operations(id) };
    },
  },
];
