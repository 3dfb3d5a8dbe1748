import { Readable } from 'node:stream';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { Person, PersonFinding, PersonRow, StepBounds, SubjectStore } from '../../../trust/privacy/index.ts';
import type { Content } from '../model/types.ts';
import { listOwnedObjects } from '../sql/queries/queries.gen.ts';
import { removeObject } from './remove.ts';

const tables = ['objects', 'blobs', 'frames', 'blob_parts'].map((table) => ({ tier: 'content', schema: 'content', table }) as const);

/** Objects of a person: those that their rows own. Objects of rows that are kept are kept with them. */
export function subjectStore(connect: Connect, content: Pick<Content, 'get'>): SubjectStore {
  async function owned(person: Person, { signal }: StepBounds) {
    const rows = (await Array.fromAsync(person.rows())).flat();
    const listed = async (owners: readonly PersonRow[]) => {
      if (owners.length === 0) return [];
      const request = { tier: 'content', as: 'owner', isReadOnly: true, tag: 'content.subject', signal } as const;
      const owner_tables = owners.map(({ schema, table }) => `${schema}.${table}`);
      return connect.transaction(request, (tx) => listOwnedObjects.all(tx, { owner_tables, owner_ids: owners.map(({ id }) => id) }));
    };
    const [going, kept] = [rows.filter(({ method }) => method !== 'keep'), rows.filter(({ method }) => method === 'keep')];
    return { going: await listed(going), kept: await listed(kept) };
  }

  return {
    async find(person, bounds) {
      const { going, kept } = await owned(person, bounds);
      const findings: readonly PersonFinding[] = [
        { place: 'objects', method: 'delete', count: going.length, tables },
        {
          place: 'bytes that others have too',
          method: 'keep',
          count: going.filter((object) => object.is_shared).length,
          reason: 'another owner stored the same bytes; the person’s objects are removed',
          tables: [],
        },
        { place: 'objects of rows that are kept', method: 'keep', count: kept.length, reason: 'they belong to those rows', tables: [] },
      ];
      return findings.filter(({ count }) => count > 0);
    },

    async export(person, sink, bounds) {
      const { going, kept } = await owned(person, bounds);
      const objects = [...going, ...kept];
      await sink.records('objects', Readable.from(objects));
      for (const { tenant_id: tenantId, id, name, raw_object_id: rawObjectId } of objects) {
        bounds.signal.throwIfAborted();
        // Parts of a message are in its raw form.
        if (rawObjectId === null) await sink.file(`files/${id}/${(name ?? 'content').replaceAll('/', '_')}`, content.get({ tenantId }, id));
      }
    },

    async erase(person, bounds) {
      const { going } = await owned(person, bounds);
      for (const { tenant_id: tenantId, id } of going) {
        const request = { tier: 'content', as: 'owner', priority: 'maintenance', tag: 'content.subject', signal: bounds.signal } as const;
        await connect.transaction(request, (tx) => removeObject(tx, tenantId, id));
      }
    },
  };
}
