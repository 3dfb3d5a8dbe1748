import type { Readable } from 'node:stream';
import type { Connect, Transaction } from 'plinth/connect';
import type { Content } from 'plinth/content';
import { hasCode, messageOf, PlinthError, uuidv7 } from 'plinth/kernel';
import type { Partition } from 'plinth/partition';
import { mailErrors } from '../errors.ts';
import { batchFeed } from '../facts/batch-feed.ts';
import { catchUp } from '../facts/catch-up.ts';
import { endImport, findAccount, findRawObject, findUnfinishedImport, putAccount, putImport } from '../sql/queries/queries.gen.ts';
import { type Candidate, isQuarantined, type Quarantined, readCandidate } from './candidate.ts';
import { storeContacts } from './contacts.ts';
import { takeFirstStatistics } from './first-statistics.ts';
import { enqueueJobs, type OwedDeps, settleOwed } from './owed-jobs.ts';
import { type Entry, openSource, type Position, type Source } from './source.ts';
import { type Prepared, type Run, storeBatch } from './store-batch.ts';

export interface ImportDeps extends OwedDeps {
  readonly partition: Partition;
  readonly content: Content;
}

export interface ImportRequest {
  readonly path: string;
  readonly tenantId: string;
  /** Address of the mailbox the messages belong to; it is made when it is not there. */
  readonly account: string;
  readonly resume: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (state: ImportProgress) => void;
  /** What `-` reads. Default: standard input. */
  readonly input?: Readable;
}

export interface ImportProgress {
  readonly messages: number;
  readonly readBytes: number;
  readonly totalBytes: number | undefined;
}

/** Totals of a run, with those of the runs it resumed. */
export interface ImportSummary {
  readonly importId: string;
  readonly read: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly quarantined: number;
  /** Rows of facts that reached the analytics during this call. */
  readonly facts: number;
}

/** A batch is closed at whichever comes first. */
const batchMessages = 200;
const batchBytes = 16 * 1024 * 1024;
/** Analytics follow after this many batches, and at the end. */
const batchesPerFeed = 20;
const deadlineMs = 600_000;
/** How long the end of an import waits for transactions of others that keep its last messages from being counted. */
const feedWaitMs = 5_000;

const batchWork = { priority: 'batch', deadlineMs } as const;

/**
 * Imports a mailbox. Each batch is one transaction on the content tier that also moves the run's position, so whatever
 * kills the process, the run goes on behind what is kept. Contacts are stored before it, jobs and facts after it; all can be
 * repeated without a difference.
 *
 * @throws PLINTH_MAIL_SOURCE_UNREADABLE, PLINTH_MAIL_SOURCE_DAMAGED, PLINTH_MAIL_NOTHING_TO_IMPORT, PLINTH_MAIL_NOTHING_TO_RESUME,
 * PLINTH_MAIL_SOURCE_CHANGED, PLINTH_MAIL_INTERRUPTED, PLINTH_MAIL_BAD_ADDRESS
 */
export async function importMail(deps: ImportDeps, request: ImportRequest): Promise<ImportSummary> {
  if (!/^[^@\s]+@[^@\s]+$/.test(request.account)) throw mailErrors.BAD_ADDRESS({ address: request.account });
  const source = await openSource(request.path, request.input);
  const { run, position } = await beginRun(deps, request, source);
  await settleOwed(deps, run.tenantId);
  const feed = (waitMs = 0) => catchUp(deps, batchFeed(deps.connect), request.tenantId, { signal: request.signal, waitMs });
  let facts = 0;
  let storing: Promise<void> = Promise.resolve();
  let messages = 0;
  let batches = 0;

  try {
    for await (const batch of readBatches(source, position, request.signal)) {
      // One batch is stored while the next is read: the server and this process work at the same time.
      await storing;
      storing = (async () => {
        await store(deps, run, batch);
        if (batches === 0) await takeFirstStatistics(deps.connect);
        messages += batch.messages.length + batch.quarantined.length;
        request.onProgress?.({ messages, readBytes: source.readBytes(), totalBytes: source.totalBytes });
        if (++batches % batchesPerFeed === 0) facts += (await feed()).facts;
      })();
      storing.catch(() => {});
    }
    await storing;
  } catch (error) {
    await storing.catch(() => {});
    await end(deps.connect, run, 'failed').catch(() => {});
    throw interrupted(error, source.name);
  }
  const totals = await end(deps.connect, run, 'completed');
  facts += (await feed(feedWaitMs)).facts;
  return { importId: run.id, ...totals, facts };
}

async function beginRun(
  { connect }: ImportDeps,
  { tenantId, account, resume, signal }: ImportRequest,
  source: Source,
): Promise<{ run: Run; position: Position }> {
  const as = { tenantId };
  const bounds = signal ? { signal } : {};
  const accountId = await connect.transaction({ tier: 'oltp', as, tag: 'mail.import', ...bounds }, async (tx) => {
    await putAccount.run(tx, { tenant_id: tenantId, id: uuidv7(), address: account });
    return (await findAccount.one(tx, { tenant_id: tenantId, address: account })).id;
  });
  return connect.transaction({ tier: 'content', as, tag: 'mail.import', ...bounds }, async (tx) => {
    const identity = { tenant_id: tenantId, email_account_id: accountId, source: source.name };
    if (resume) {
      const found = await findUnfinishedImport.first(tx, identity);
      if (!found) throw mailErrors.NOTHING_TO_RESUME({ source: source.name, account });
      if (!found.fingerprint.equals(source.fingerprint(found.fingerprint_length).sha256))
        throw mailErrors.SOURCE_CHANGED({ source: source.name });
      return {
        run: { id: found.id, tenantId, accountId, accountAddress: account },
        position: { offsetBytes: found.offset_bytes, lastFile: found.last_file ?? undefined },
      };
    }
    const id = uuidv7();
    const { sha256, length } = source.fingerprint();
    await putImport.run(tx, { ...identity, id, fingerprint: sha256, fingerprint_length: length });
    return { run: { id, tenantId, accountId, accountAddress: account }, position: { offsetBytes: 0, lastFile: undefined } };
  });
}

interface Batch {
  readonly messages: Candidate[];
  readonly quarantined: Quarantined[];
  position: Position;
}

/** A damaged source ends with its error only after what was read before it was given as a batch. */
async function* readBatches(source: Source, from: Position, signal?: AbortSignal): AsyncGenerator<Batch> {
  const started = new Date();
  const open = (position: Position): Batch => ({ messages: [], quarantined: [], position });
  let batch = open(from);
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const entry of source.entries(from)) {
      signal?.throwIfAborted();
      const read = readCandidate(entry, started);
      if (isQuarantined(read)) batch.quarantined.push(read);
      else batch.messages.push(read);
      batch.position = entry.position;
      bytes += entry.message.raw?.length ?? 0;
      if (batch.messages.length + batch.quarantined.length >= batchMessages || bytes >= batchBytes) {
        yield batch;
        batch = open(entry.position);
        bytes = 0;
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.messages.length + batch.quarantined.length > 0) yield batch;
  if (failure) throw failure.error;
}

async function store(deps: ImportDeps, run: Run, batch: Batch): Promise<void> {
  const as = { tenantId: run.tenantId };
  try {
    await deps.connect.transaction({ tier: 'oltp', as, tag: 'mail.import', ...batchWork }, (tx) =>
      storeContacts(tx, run.tenantId, batch.messages),
    );
    await storeMessages(deps, run, batch);
  } finally {
    for (const { entry } of [...batch.messages, ...batch.quarantined]) await entry.message[Symbol.asyncDispose]();
  }
}

async function storeMessages(deps: ImportDeps, run: Run, batch: Batch): Promise<void> {
  const quarantined = [...batch.quarantined];
  const messages: Prepared[] = [];
  for (const candidate of batch.messages) {
    try {
      messages.push(await prepare(deps, run, candidate));
    } catch (error) {
      quarantined.push(refusal(candidate.entry, error));
    }
  }
  const write = (work: { messages: readonly Prepared[]; quarantined: readonly Quarantined[]; position: Position }) =>
    deps.connect.transaction({ tier: 'content', as: { tenantId: run.tenantId }, tag: 'mail.import', ...batchWork }, (tx) =>
      storeBatch(tx, deps.content, run, work),
    );
  let owed: readonly string[] = [];
  try {
    owed = await write({ messages, quarantined, position: batch.position });
  } catch (error) {
    if (!isAboutMessage(error)) throw error;
    // Something in the batch cannot be stored: each message on its own, in the order of the source, so that only that one
    // is set aside.
    const inOrder = [...messages, ...quarantined].sort((a, b) => compareEntries(a.entry, b.entry));
    for (const one of inOrder) {
      await enqueueJobs(deps, run, owed);
      const { position } = one.entry;
      if (isQuarantined(one)) owed = await write({ messages: [], quarantined: [one], position });
      else {
        owed = await write({ messages: [one], quarantined: [], position }).catch((alone: unknown) =>
          write({ messages: [], quarantined: [refusal(one.entry, alone)], position }),
        );
      }
    }
  }
  await enqueueJobs(deps, run, owed);
}

const compareEntries = (a: Entry, b: Entry) => ((a.file ?? '') < (b.file ?? '') ? -1 : a.file === b.file ? a.start - b.start : 1);

/** Gives a message its id; a large one is uploaded, or found where a run that was killed had uploaded it. */
async function prepare({ connect, content }: ImportDeps, run: Run, candidate: Candidate): Promise<Prepared> {
  const { message } = candidate.entry;
  if (message.raw) return { ...candidate, id: uuidv7(), rawObjectId: undefined };
  const id = idOfLarge(message.sha256);
  const as = { tenantId: run.tenantId };
  const uploaded = await connect.transaction({ tier: 'content', as, tag: 'mail.import', ...batchWork }, (tx: Transaction) =>
    findRawObject.first(tx, { tenant_id: run.tenantId, message_id: id }),
  );
  if (uploaded) return { ...candidate, id, rawObjectId: uploaded.id };
  const init = {
    kind: 'raw',
    ownerTable: 'content.email_messages',
    ownerId: id,
    contentType: 'message/rfc822',
    created: candidate.envelope.sent,
  } as const;
  return { ...candidate, id, rawObjectId: (await content.put(as, init, message.bytes())).id };
}

/** The same message always gets the same id, so that its upload is found again. Version 8: made up by us. */
function idOfLarge(sha256: Buffer): string {
  const hex = sha256.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

// A value the database or the store refuses is the message's fault; a lost connection, a full disk, an abort is not.
function isAboutMessage(error: unknown): error is PlinthError {
  return (
    error instanceof PlinthError &&
    !error.retryable &&
    /^PLINTH_(SQL_(BAD_VALUE|CHECK|NOT_NULL|UNIQUE|CONSTRAINT|EXCLUSION)|CONTENT_)/.test(error.code)
  );
}

function refusal(entry: Entry, error: unknown): Quarantined {
  if (!isAboutMessage(error)) throw error;
  return { entry, reason: error.code.endsWith('TOO_LARGE') ? 'too_large' : 'refused', detail: messageOf(error) };
}

async function end(connect: Connect, run: Run, state: 'completed' | 'failed') {
  const row = await connect.transaction({ tier: 'content', as: { tenantId: run.tenantId }, tag: 'mail.import', deadlineMs: 10_000 }, (tx) =>
    endImport.one(tx, { tenant_id: run.tenantId, id: run.id, state }),
  );
  return { read: row.read_count, imported: row.imported_count, duplicates: row.duplicate_count, quarantined: row.quarantined_count };
}

function interrupted(error: unknown, source: string): unknown {
  const isOurs = ['UNREADABLE', 'DAMAGED'].some((what) => hasCode(error, `PLINTH_MAIL_SOURCE_${what}`));
  if (isOurs || !(error instanceof PlinthError || (error as Error).name === 'AbortError')) return error;
  return mailErrors.INTERRUPTED({ source, reason: messageOf(error) }, { cause: error });
}
