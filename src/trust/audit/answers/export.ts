import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { distinctDatabases } from '../../../foundation/connect/index.ts';
import { quoteLiteral, type Tier } from '../../../kernel/index.ts';
import type { AnswersDeps } from './answers.ts';
import { answersErrors } from './errors.ts';
import { readSigningKey, readTrustedKey } from './keys.ts';
import { csvLine } from './model/csv.ts';
import { type ExportSeal, faultsOfExport, fingerprint, sealExport } from './model/seal-export.ts';
import type { Exported, ExportRequest } from './types.ts';

// A trail of years leaves in one snapshot; nobody waits for a commit of it.
const deadlineMs = 6 * 3_600_000;

/** In the order of the columns of a CSV; a line of JSON has the same keys. */
const columns =
  'tier created id tenant_id kind action is_success target_type target_id row_count keys changes user_id member_role database_user application_name client_address origin purpose duration_ms complexity_score classification compliance_flags details'.split(
    ' ',
  );

/** See `Answers.export`. */
export async function exportTrail(deps: AnswersDeps, request: ExportRequest): Promise<Exported> {
  const { from, to, format, file } = request;
  const key = await readSigningKey(deps.dataDir, request.keyFile);
  const sealFile = sealFileOf(file);
  for (const existing of [file, sealFile]) {
    if (await stat(existing).catch(() => undefined)) throw answersErrors.FILE_EXISTS({ file: existing });
  }
  await deps.record({
    kind: 'operation',
    action: 'audit.export',
    success: true,
    tier: 'oltp',
    target: { type: 'file', id: basename(file) },
    details: { from: from.toISOString(), to: to.toISOString(), format },
  });
  const partial = `${file}.partial`;
  const { events, sha256 } = await writeEvents(deps, request, partial);
  const range = { from: from.toISOString(), to: to.toISOString() };
  const seal = sealExport({ file: basename(file), ...range, events, sha256, made: deps.clock.now().toISOString() }, key);
  await writeFile(sealFile, `${JSON.stringify(seal, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
  return { file, sealFile, events, sha256, fingerprint: fingerprint(seal.publicKey) };
}

/** What is wrong with an export, by its seal; empty when it is as it was signed. Opens no connection. */
export async function checkExport(file: string, request: { readonly dataDir: string; readonly keyFile?: string }) {
  const text = await readFile(sealFileOf(file), 'utf8').catch(() => undefined);
  const seal = text === undefined ? undefined : parseSeal(text);
  if (!seal) throw answersErrors.NO_SEAL({ file: sealFileOf(file) });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const trusted = await readTrustedKey(request.dataDir, request.keyFile);
  return {
    seal,
    fingerprint: fingerprint(seal.publicKey),
    isKeyKnown: trusted !== undefined,
    faults: faultsOfExport(seal, hash.digest('hex'), trusted),
  };
}

const sealFileOf = (file: string) => `${file}.seal.json`;

function parseSeal(text: string): ExportSeal | undefined {
  try {
    const seal = JSON.parse(text) as ExportSeal;
    return seal.format === 'plinth audit export 1' && seal.publicKey && seal.signature ? seal : undefined;
  } catch {
    return undefined;
  }
}

async function writeEvents(deps: AnswersDeps, request: ExportRequest, path: string) {
  await using cleanup = new AsyncDisposableStack();
  const handle = await open(path, 'w', 0o600);
  cleanup.defer(() => rm(path, { force: true }));
  cleanup.defer(() => handle.close());
  const hash = createHash('sha256');
  let events = 0;
  const write = async (text: string) => {
    hash.update(text);
    await handle.writeFile(text);
  };
  const asCsv = (line: string) => {
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return csvLine(columns.map((column) => event[column]));
  };
  if (request.format === 'csv') await write(csvLine(columns));
  for (const tier of distinctDatabases(deps.connect)) {
    await readLines(deps, tier, request, async (lines) => {
      events += lines.length;
      await write(lines.map((line) => (request.format === 'csv' ? asCsv(line) : `${line}\n`)).join(''));
    });
  }
  await handle.sync();
  cleanup.move();
  await handle.close();
  return { events, sha256: hash.digest('hex') };
}

/** The events of one database in the order of their time, as lines of JSON, in one snapshot. */
async function readLines(
  { connect }: AnswersDeps,
  tier: Tier,
  { from, to, signal }: ExportRequest,
  take: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const picked = columns
    .slice(1)
    .map((column) => (column === 'client_address' ? 'host(e.client_address) as client_address' : `e.${column}`));
  const [first, end] = [from, to].map((date) => quoteLiteral(date.toISOString()));
  // COPY takes no parameters. JSON has no control characters outside its escapes: with these two, a line of the answer is one of JSON.
  const text = `copy (
    select row_to_json(line)::text from (
      select ${quoteLiteral(tier)}::text as tier, ${picked.join(', ')}
      from audit.events e where e.created >= ${first} and e.created < ${end}
      order by e.created, e.id
    ) line
  ) to stdout (format csv, quote e'\\x01', delimiter e'\\x02')`;
  const request = { tier, as: 'owner', isReadOnly: true, isRetryable: false, tag: 'audit.export', priority: 'batch', deadlineMs } as const;
  await connect.transaction({ ...request, ...(signal && { signal }) }, async (tx) => {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of tx.copyTo(text)) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      const end = bytes.lastIndexOf(0x0a);
      rest = bytes.subarray(end + 1);
      if (end >= 0) await take(bytes.toString('utf8', 0, end).split('\n'));
    }
  });
}
