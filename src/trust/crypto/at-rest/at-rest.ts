import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { EncryptedColumn } from '../columns/index.ts';
import { diskOf } from './disk.ts';
import { serverAtRest } from './sql/queries/queries.gen.ts';

/** `yes` was seen here; `attested` the operator says; `unknown` could not be seen from here and is no yes. */
export type AtRestState = 'yes' | 'no' | 'partly' | 'attested' | 'unknown';

/** One thing that lies somewhere, whether it is protected there, and how that is known. */
export interface AtRestFinding {
  readonly what: string;
  /** Absent for what concerns all. */
  readonly tier?: Tier;
  readonly state: AtRestState;
  readonly evidence: string;
}

interface AtRestDeps {
  readonly connect: Connect;
  readonly columns: readonly EncryptedColumn[];
  readonly keyOrigin: string;
  /** Where a server of our own has its data. */
  readonly ownDataDirectory: string;
  /** Option crypto.diskAttestation. */
  readonly attestation: string | undefined;
}

/** What protects data that is stored, as it is found now. Reads settings of the servers and, where they run on this machine, its devices. */
export async function atRest({
  connect,
  columns,
  keyOrigin,
  ownDataDirectory,
  attestation,
}: AtRestDeps): Promise<readonly AtRestFinding[]> {
  const perDatabase = await Promise.all(
    distinctDatabases(connect).map(async (tier) => {
      const request = { tier, as: 'owner', isReadOnly: true, tag: 'crypto.at-rest' } as const;
      const server = await connect.transaction(request, (tx) => serverAtRest.one(tx, {}));
      const sealed = columns.filter((one) => one.tier === tier).length;
      return [
        { what: 'damage is noticed', tier, ...checksums(server.data_checksums) },
        { what: 'disk (tables, indexes, WAL, temporary files)', tier, ...(await disk(server, ownDataDirectory, attestation)) },
        { what: 'archived WAL', tier, ...archive(server.archive_mode) },
        { what: 'declared columns', tier, state: sealed > 0 ? 'yes' : 'no', evidence: `${sealed} columns are sealed by the application` },
      ] satisfies AtRestFinding[];
    }),
  );
  return [
    ...perDatabase.flat(),
    {
      what: 'backups, exports and replicas',
      state: 'partly',
      evidence: 'declared columns are sealed in them too; everything else is as readable as the medium they lie on',
    },
    { what: 'master key', state: 'yes', evidence: `outside of the databases: ${keyOrigin}` },
  ];
}

type Judgement = Pick<AtRestFinding, 'state' | 'evidence'>;

function checksums(setting: string | null): Judgement {
  return setting === 'on'
    ? { state: 'yes', evidence: 'data_checksums = on' }
    : { state: 'no', evidence: `data_checksums = ${setting ?? 'not visible'}; with the server stopped: pg_checksums --enable` };
}

async function disk(
  server: Awaited<ReturnType<typeof serverAtRest.one>>,
  ownDataDirectory: string,
  attestation: string | undefined,
): Promise<Judgement> {
  // Few roles are told where a server has its data. Whether it is this one, its start says.
  const seen = await diskOf(server.data_directory ?? ownDataDirectory, server.started_epoch_s);
  if (seen.isEncrypted) return { state: 'yes', evidence: seen.evidence };
  return attestation ? { state: 'attested', evidence: attestation } : { state: 'unknown', evidence: seen.evidence };
}

function archive(mode: string | null): Judgement {
  if (mode === 'off') return { state: 'yes', evidence: 'archive_mode = off: none is kept elsewhere' };
  return { state: 'unknown', evidence: `archive_mode = ${mode ?? 'not visible'}: what the archive does with it is not seen from here` };
}
