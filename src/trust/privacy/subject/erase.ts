import { type Transaction, takeLead } from '../../../foundation/connect/index.ts';
import { type Filled, nilUuid } from '../../../kernel/index.ts';
import { signed } from '../../tenancy/index.ts';
import { parsePlace, writePlace } from '../model/places.ts';
import type { TablePlace } from '../model/types.ts';
import type { SubjectDeps } from './deps.ts';
import { subjectErrors } from './errors.ts';
import { linkedTables } from './linked-tables.ts';
import { purgeTables } from './purge.ts';
import {
  completeRequest,
  type FindRequestRow,
  findRequest,
  holdRequest,
  type ListStepsRow,
  listSteps,
  noteFinding,
  notePurge,
  putPerson,
  releaseRequest,
  verifySteps,
} from './sql/queries/queries.gen.ts';
import { planOf, storesFor } from './stores.ts';
import { identify } from './table-store.ts';
import type { ErasedPlace, ErasureCertificate, Person, PersonFinding, Purged, StepBounds, SubjectStore } from './types.ts';

// Somebody who goes on writing what is being erased is told, not outrun.
const maxRounds = 3;

const isErased = ({ method }: Pick<PersonFinding, 'method'>) => method !== 'keep';

interface Erasure {
  readonly deps: SubjectDeps;
  readonly request: FindRequestRow;
  readonly person: Person;
  readonly bounds: StepBounds;
}

/** An answer that leaves out a placed tenant would be a wrong one. @throws PLINTH_PRIVACY_PLACED */
export async function requireShared({ tenancy }: SubjectDeps, tenantId: string): Promise<void> {
  const asked = tenantId === nilUuid ? await tenancy.list() : [await tenancy.find(tenantId)];
  const placed = asked.filter(({ placement }) => placement !== null);
  if (placed.length > 0) throw subjectErrors.PLACED({ tenants: placed.map(({ slug }) => slug) });
}

/** Runs a transaction on the record of requests. */
export const onRecord = <T>({ connect }: SubjectDeps, work: (tx: Transaction) => Promise<T>) =>
  connect.transaction({ tier: 'oltp', as: 'owner', tag: 'privacy.requests' }, work);

/**
 * Brings an erasure to its end from wherever it is: everything up to here may have been done before by a process that died. What the person
 * is found by is kept, sealed, before the first row goes; what has to leave the files is noted before the rows do.
 */
export async function runErasure(deps: SubjectDeps, id: string, bounds: StepBounds): Promise<ErasureCertificate> {
  const wanted = { tier: 'oltp', tag: 'privacy.erase', signal: bounds.signal, name: `privacy.erase ${id}` } as const;
  await using lead = await takeLead(deps.connect, wanted);
  if (!lead) throw subjectErrors.BUSY({ request: id });
  const request = await onRecord(deps, (tx) => findRequest.first(tx, { id }));
  if (request?.kind !== 'erase') throw subjectErrors.UNKNOWN_REQUEST({ request: id, what: 'erasure' });
  if (request.state === 'completed') return request.certificate as ErasureCertificate;

  await requireShared(deps, request.tenant_id);
  const tables = await linkedTables(deps);
  const cipher = await deps.cipher(request.tenant_id);
  const [before] = await cipher.decryptRows([{ id, sealed_person: request.sealed_person as Buffer }]);
  const identifiers = await identify(deps, tables, JSON.parse(before?.sealed_person as string), bounds.signal);
  const [sealed] = await cipher.encryptRows([{ id, sealed_person: JSON.stringify(identifiers) }]);
  await onRecord(deps, (tx) => putPerson.run(tx, { tenant_id: request.tenant_id, id, sealed_person: sealed?.sealed_person as Buffer }));
  const { person, stores } = storesFor(deps, tables, identifiers, bounds.signal);
  const erasure: Erasure = { deps, request, person, bounds };

  for (let round = 1; ; round++) {
    const plan = await planOf(deps, stores, person, bounds);
    await refuseHeld(
      erasure,
      plan.flatMap(({ hold }) => hold ?? []),
    );
    const left = plan.filter(isErased);
    if (round > maxRounds && left.length > 0) throw subjectErrors.NOT_GONE({ request: id, places: left.map(({ place }) => place) });
    if (round === 1) await record(erasure, 'privacy.erase-begun', plan.length);
    for (const found of plan) await note(erasure, found.store, found);
    const steps = await onRecord(deps, (tx) => listSteps.all(tx, { tenant_id: request.tenant_id, request_id: id }));
    if (left.length === 0 && steps.every((step) => step.verified !== null)) return complete(erasure, steps);
    for (const store of stores) {
      const due = steps.filter((step) => step.store === store.by && step.verified === null);
      if (due.length > 0) await eraseFrom(erasure, store, due);
    }
  }
}

/** @throws PLINTH_PRIVACY_HELD, with the request marked as waiting */
async function refuseHeld({ deps, request }: Erasure, holds: readonly string[]): Promise<void> {
  const { tenant_id, id } = request;
  if (holds.length === 0) return void (await onRecord(deps, (tx) => releaseRequest.run(tx, { tenant_id, id })));
  await onRecord(deps, (tx) => holdRequest.run(tx, { tenant_id, id, held_by: holds.join('; ') }));
  throw subjectErrors.HELD({ request: id, holds });
}

async function eraseFrom(erasure: Erasure, store: Filled<SubjectStore>, due: readonly ListStepsRow[]): Promise<void> {
  const { deps, request, person, bounds } = erasure;
  const inFiles = new Set(due.flatMap((step) => Object.entries(step.tables as object).flatMap(([name, purged]) => (purged ? [] : [name]))));
  if (due.some((step) => isErased({ method: step.method as PersonFinding['method'] }))) {
    bounds.onProgress(`erasing from ${store.by}`);
    for (let round = 1; ; round++) {
      await store.value.erase(person, bounds);
      const left = (await store.value.find(person, bounds)).filter(isErased);
      if (left.length === 0) break;
      if (round === maxRounds) throw subjectErrors.NOT_GONE({ request: request.id, places: left.map(({ place }) => place) });
      for (const found of left) await note(erasure, store.by, found);
      for (const place of left.flatMap(({ tables }) => tables)) inFiles.add(writePlace(place));
    }
  }
  await purge(erasure, [...inFiles]);
  await onRecord(deps, (tx) => verifySteps.run(tx, { tenant_id: request.tenant_id, request_id: request.id, store: store.by }));
}

async function purge({ deps, request, bounds }: Erasure, names: readonly string[]): Promise<void> {
  const byTier = Map.groupBy(
    names.map((name) => parsePlace(name) as TablePlace),
    ({ tier }) => tier,
  );
  for (const [tier, places] of byTier) {
    const done = await purgeTables(deps, tier, places, bounds);
    const purged = JSON.stringify(Object.fromEntries(places.map((place, index) => [writePlace(place), done[index]])));
    await onRecord(deps, (tx) => notePurge.run(tx, { tenant_id: request.tenant_id, request_id: request.id, purged }));
  }
}

/** What is only kept has no files to leave. */
function note({ deps, request }: Erasure, store: string, found: PersonFinding): Promise<unknown> {
  const tables = isErased(found) ? Object.fromEntries(found.tables.map((place) => [writePlace(place), null])) : {};
  return onRecord(deps, (tx) =>
    noteFinding.run(tx, {
      tenant_id: request.tenant_id,
      request_id: request.id,
      store,
      place: found.place,
      method: found.method,
      found_count: found.count,
      reason: found.reason ?? null,
      tables: JSON.stringify(tables),
    }),
  );
}

async function complete(erasure: Erasure, steps: readonly ListStepsRow[]): Promise<ErasureCertificate> {
  const { deps, request } = erasure;
  const completed = deps.clock.now();
  const places = steps.map(
    (step): ErasedPlace => ({
      store: step.store,
      place: step.place,
      method: step.method as ErasedPlace['method'],
      count: step.found_count,
      ...(step.reason !== null && { reason: step.reason }),
      tables: step.tables as Record<string, Purged>,
    }),
  );
  const certificate = signed(
    {
      kind: 'erasure' as const,
      request: request.id,
      ...(request.tenant_id !== nilUuid && { tenantId: request.tenant_id }),
      person: { identifierKind: request.identifier_kind, hash: request.identifier_hash.toString('hex') },
      purpose: request.purpose,
      asked: request.created.toISOString(),
      completed: completed.toISOString(),
      places,
      remains: remainsOf(places),
    },
    await deps.signingKey(),
  );
  // On record before it counts as done: a certificate without its entry in the trail would be worth less than none.
  await record(
    erasure,
    'privacy.erase',
    places.filter(isErased).reduce((sum, { count }) => sum + count, 0),
    { places: places.map(({ place, method, count }) => `${method} ${count} ${place}`) },
  );
  const done = { tenant_id: request.tenant_id, id: request.id, certificate: JSON.stringify(certificate), completed };
  await onRecord(deps, (tx) => completeRequest.run(tx, done));
  return certificate;
}

function remainsOf(places: readonly ErasedPlace[]): readonly string[] {
  const vacuumed = places.flatMap(({ tables }) =>
    Object.entries(tables).flatMap(([name, purged]) => (purged === 'vacuumed' ? [name] : [])),
  );
  return [
    'Write-ahead log and backups of before keep the rows until their own retention has passed.',
    'The audit trail keeps that rows were changed; of values only those of columns that were classified as public or internal.',
    ...vacuumed.map(
      (name) => `${name} is too large to be rewritten at once: bytes of removed rows stay in its free space until that is used again.`,
    ),
  ];
}

function record({ deps, request }: Erasure, action: string, rowCount: number, details: Record<string, unknown> = {}): Promise<void> {
  return deps.record({
    kind: 'operation',
    action,
    success: true,
    ...(request.tenant_id !== nilUuid && { tenantId: request.tenant_id }),
    target: { type: 'person', id: request.identifier_hash.toString('hex') },
    purpose: request.purpose,
    rowCount,
    details: { request: request.id, ...details },
  });
}
