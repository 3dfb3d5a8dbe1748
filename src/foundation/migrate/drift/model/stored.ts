import { type Snapshot, type SnapshotObject, snapshotFormat } from '../../snapshot/index.ts';

/** A snapshot as `migrate.snapshots` keeps it. */
export interface StoredBody {
  readonly serverVersion: number;
  readonly objects: readonly SnapshotObject[];
}

export const toStored = ({ serverVersion, objects }: Snapshot): string =>
  JSON.stringify({ serverVersion, objects: [...objects.values()] } satisfies StoredBody);

/** Undefined for one that another version took: it says less or more than one of today. */
export function fromStored(row: { readonly format: number; readonly root_sha256: string; readonly body: unknown }): Snapshot | undefined {
  if (row.format !== snapshotFormat) return undefined;
  const { serverVersion, objects } = row.body as StoredBody;
  return {
    format: row.format,
    serverVersion,
    rootHash: row.root_sha256,
    objects: new Map(objects.map((object) => [object.identity, object])),
  };
}
