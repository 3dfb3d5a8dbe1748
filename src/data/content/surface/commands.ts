import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type CommandDescriptor, type CommandInput, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { contentErrors } from '../errors.ts';
import { type ByteRange, type Content, type ObjectKind, objectKinds, type StoredObject } from '../model/types.ts';

const tenantFlag = Type.String({ description: 'Tenant, by slug or id' });
const kindType = (description: string) =>
  Type.Union(
    objectKinds.map((kind) => Type.Literal(kind)),
    { description },
  );
const id = { name: 'id', meaning: 'Object id' };

const contentOf = (input: CommandInput) => input.use<Content>('content');

async function subjectOf(input: CommandInput) {
  return { tenantId: (await input.use<Tenancy>('tenancy').find(String(input.flags.tenant))).id };
}

export const contentCommands: readonly CommandDescriptor[] = [
  {
    name: 'content put',
    summary: 'Store a file, or standard input, as an object of a tenant',
    description: 'Prints the id of the object. Bytes that the tenant has already are not stored again.',
    needs: 'migrated',
    arguments: [{ name: 'file', meaning: 'Path of the file, or - for standard input' }],
    flags: Type.Object({
      tenant: tenantFlag,
      kind: Type.Optional(kindType('What it is; default: file')),
      name: Type.Optional(Type.String({ description: 'Name to keep; default: that of the file' })),
      type: Type.Optional(Type.String({ description: 'Media type to keep' })),
    }),
    async run(input) {
      const path = String(input.args.file);
      const { kind = 'file', name, type } = input.flags as { kind?: ObjectKind; name?: string; type?: string };
      const keptName = name ?? (path === '-' ? undefined : basename(path));
      const init = { kind, ...(keptName !== undefined && { name: keptName }), ...(type !== undefined && { contentType: type }) };
      const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1024 * 1024, signal: input.signal });
      const object = await contentOf(input).put(await subjectOf(input), init, stream);
      return { data: object, text: object.id };
    },
  },
  {
    name: 'content get',
    summary: 'Write the bytes of an object to standard output',
    description:
      'With --raw the raw message that a body or attachment was found in, bit for bit. With --range bytes from start up to, not including, end.',
    needs: 'migrated',
    arguments: [id],
    flags: Type.Object({
      tenant: tenantFlag,
      raw: Type.Optional(Type.Boolean({ description: 'The raw message it was found in' })),
      range: Type.Optional(Type.String({ pattern: '^\\d{1,15}-\\d{1,15}$', description: 'Part of the bytes, e.g. 0-1024' })),
    }),
    async run(input) {
      const subject = await subjectOf(input);
      const content = contentOf(input);
      const object = await content.stat(subject, String(input.args.id));
      const objectId = input.flags.raw === true ? rawIdOf(object) : object.id;
      const bytes = content.get(subject, objectId, rangeOf(input.flags.range));
      return { data: { id: objectId }, bytes };
    },
  },
  {
    name: 'content ls',
    summary: 'List the objects of a tenant in order of putting',
    needs: 'migrated',
    flags: Type.Object({
      tenant: tenantFlag,
      kind: Type.Optional(kindType('Only of this kind')),
      owner: Type.Optional(Type.String({ format: 'uuid', description: 'Only of the owner with this id' })),
      after: Type.Optional(Type.String({ format: 'uuid', description: 'Only after this object: the last one of the page before' })),
      limit: Type.Integer({ default: 100, minimum: 1, maximum: 10_000, description: 'How many at most' }),
    }),
    async run(input) {
      const { kind, owner, after, limit } = input.flags as { kind?: ObjectKind; owner?: string; after?: string; limit: number };
      const request = { limit, ...(kind && { kind }), ...(owner && { ownerId: owner }), ...(after && { after }) };
      const objects = await contentOf(input).list(await subjectOf(input), request);
      const rows = objects.map((o) => [o.id, o.kind, o.rawBytes, o.contentType ?? '', o.name ?? '', o.created.toISOString()]);
      return { data: objects, table: { columns: ['id', 'kind', 'bytes', 'type', 'name', 'created'], rows } };
    },
  },
  {
    name: 'content stat',
    summary: 'Show what is known of an object',
    needs: 'migrated',
    arguments: [id],
    flags: Type.Object({ tenant: tenantFlag }),
    async run(input) {
      const object = await contentOf(input).stat(await subjectOf(input), String(input.args.id));
      const rows = Object.entries(object).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]);
      return { data: object, table: { columns: ['field', 'value'], rows } };
    },
  },
  {
    name: 'content remove',
    summary: 'Remove an object, with a raw message also its parts',
    description: 'Bytes that no other object and no other message of the tenant needs go with it.',
    needs: 'migrated',
    arguments: [id],
    flags: Type.Object({ tenant: tenantFlag }),
    async run(input) {
      const objectId = String(input.args.id);
      await contentOf(input).remove(await subjectOf(input), objectId);
      return { data: { removed: objectId }, text: `${objectId} is removed.` };
    },
  },
  {
    name: 'content savings',
    summary: 'Show what deduplication and compression save, three ways: raw, unique, stored; and what lies on disk',
    needs: 'migrated',
    flags: Type.Object({ tenant: Type.Optional(Type.String({ description: 'One tenant, by slug or id; default: all' })) }),
    async run(input) {
      const savings = await contentOf(input).savings(input.flags.tenant === undefined ? undefined : await subjectOf(input));
      const line = (name: string, of: { objects: number; rawBytes: number; uniqueBytes: number; storedBytes: number }) => [
        name,
        of.objects,
        of.rawBytes,
        of.uniqueBytes,
        of.storedBytes,
      ];
      const rows = [
        ...savings.byKind.map((kind) => line(kind.kind, kind)),
        line('handed over', savings),
        ['on disk', '', '', '', savings.diskBytes],
      ];
      return { data: savings, table: { columns: ['kind', 'objects', 'raw bytes', 'unique bytes', 'stored bytes'], rows } };
    },
  },
];

function rawIdOf(object: StoredObject): string {
  if (object.rawObjectId !== undefined) return object.rawObjectId;
  if (object.kind === 'raw') return object.id;
  throw contentErrors.INVALID_OBJECT({
    what: 'kind',
    value: object.kind,
    allowed: 'raw, or a body or attachment of a message, to use --raw',
  });
}

function rangeOf(flag: unknown): ByteRange | undefined {
  if (typeof flag !== 'string') return undefined;
  const [start, end] = flag.split('-').map(Number);
  return { start: start as number, end: end as number };
}
