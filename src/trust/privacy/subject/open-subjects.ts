import { nilUuid, uuidv7 } from '../../../kernel/index.ts';
import { writeTable } from '../model/places.ts';
import type { SubjectDeps } from './deps.ts';
import { onRecord, requireShared, runErasure } from './erase.ts';
import { subjectErrors } from './errors.ts';
import { writeExport } from './export.ts';
import { checkLink, declaredLinks, linkedTables } from './linked-tables.ts';
import { knownKinds, readIdentifier } from './model/identifier.ts';
import { beginErasure, findOpenErasure, findRequest, listRequests, noteExport, putLink } from './sql/queries/queries.gen.ts';
import { planOf, storesFor } from './stores.ts';
import { identify } from './table-store.ts';
import type { ErasureCertificate, Identifier, RequestSummary, StepBounds, Subjects, SubjectTarget } from './types.ts';

/** Opens the requests of people about their data; reads nothing yet. */
export function openSubjects(deps: SubjectDeps): Subjects {
  const { connect } = deps;

  async function targetOf({ identifier: given, kind, tenant }: SubjectTarget): Promise<{ start: Identifier; tenantId: string }> {
    const found = readIdentifier(given, kind);
    if (!found) {
      const links = await declaredLinks(connect);
      const known = new Set([...knownKinds, ...links.flatMap(({ matches }) => Object.values(matches))]);
      throw subjectErrors.BAD_IDENTIFIER({ ...(kind !== undefined && { kind }), known: [...known].sort() });
    }
    const tenantId = tenant === undefined ? nilUuid : (await deps.tenancy.find(tenant)).id;
    await requireShared(deps, tenantId);
    return { start: tenant === undefined ? found : { ...found, tenantId }, tenantId };
  }

  async function lookFor(start: Identifier, { signal }: StepBounds) {
    const tables = await linkedTables(deps);
    return storesFor(deps, tables, await identify(deps, tables, [start], signal), signal);
  }

  return {
    async link(link) {
      await checkLink(deps, link);
      await onRecord(deps, (tx) =>
        putLink.run(tx, {
          tier: link.tier,
          target: writeTable(link),
          matches: JSON.stringify(link.matches),
          method: link.method,
          yields: JSON.stringify(link.yields ?? {}),
          anonymised: [...(link.anonymised ?? [])],
          reason: link.reason ?? null,
        }),
      );
    },

    links: () => declaredLinks(connect),

    async plan(request) {
      const bounds = boundsOf(request);
      const { start } = await targetOf(request);
      const { person, stores } = await lookFor(start, bounds);
      return planOf(deps, stores, person, bounds);
    },

    async export(request, folder) {
      const bounds = boundsOf(request);
      const { start, tenantId } = await targetOf(request);
      const id = uuidv7();
      const hash = (await deps.cipher(tenantId)).term('sealed_identifier', nameOf(start));
      // On record before the first byte leaves.
      await deps.record({
        kind: 'operation',
        action: 'privacy.export-person',
        success: true,
        ...(tenantId !== nilUuid && { tenantId }),
        target: { type: 'person', id: hash.toString('hex') },
        purpose: request.purpose,
        details: { request: id },
      });
      const { person, stores } = await lookFor(start, bounds);
      const about = { request: id, made: deps.clock.now().toISOString(), identifier: start, purpose: request.purpose };
      const files = await writeExport(stores, person, folder, about, bounds);
      const { purpose } = request;
      await onRecord(deps, (tx) =>
        noteExport.run(tx, { tenant_id: tenantId, id, identifier_kind: start.kind, identifier_hash: hash, purpose }),
      );
      return { request: id, folder, files };
    },

    async erase(request) {
      const { start, tenantId } = await targetOf(request);
      const id = uuidv7();
      const cipher = await deps.cipher(tenantId);
      const secret = { id, sealed_identifier: nameOf(start), sealed_person: JSON.stringify([start]) };
      const [sealed] = (await cipher.encryptRows([secret])) as [{ id: string; sealed_identifier: Buffer; sealed_person: Buffer }];
      const named = {
        tenant_id: tenantId,
        identifier_kind: start.kind,
        identifier_hash: cipher.term('sealed_identifier', nameOf(start)),
      };
      const begun = await onRecord(
        deps,
        async (tx) =>
          (await beginErasure.first(tx, { ...named, ...sealed, purpose: request.purpose })) ?? (await findOpenErasure.first(tx, named)),
      );
      // Neither: the one that was under way has just been completed; then this person is erased once more.
      return begun ? runErasure(deps, begun.id, boundsOf(request)) : this.erase(request);
    },

    resume: (requestId, bounds = {}) => runErasure(deps, requestId, boundsOf(bounds)),

    async requests() {
      const rows = await onRecord(deps, (tx) => listRequests.all(tx, {}));
      return rows.map(
        (row): RequestSummary => ({
          id: row.id,
          ...(row.tenant_id !== nilUuid && { tenantId: row.tenant_id }),
          kind: row.kind as RequestSummary['kind'],
          identifierKind: row.identifier_kind,
          identifierHash: row.identifier_hash,
          purpose: row.purpose,
          state: row.state as RequestSummary['state'],
          ...(row.held_by !== null && { heldBy: row.held_by }),
          places: row.places,
          rows: row.rows,
          created: row.created,
          ...(row.completed !== null && { completed: row.completed }),
        }),
      );
    },

    async certificate(requestId) {
      const row = await onRecord(deps, (tx) => findRequest.first(tx, { id: requestId }));
      if (!row?.certificate) throw subjectErrors.UNKNOWN_REQUEST({ request: requestId, what: 'completed erasure' });
      return row.certificate as ErasureCertificate;
    },
  };
}

/** What a person was asked for by, for the hash. */
const nameOf = ({ kind, value }: Identifier) => `${kind} ${value}`;

function boundsOf({ signal, onProgress }: Partial<StepBounds>): StepBounds {
  return { signal: signal ?? new AbortController().signal, onProgress: onProgress ?? (() => {}) };
}
