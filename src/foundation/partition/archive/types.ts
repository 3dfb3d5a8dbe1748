import type { Tier } from '../../../kernel/index.ts';

/** Where archives lie. Owned here; a folder by default, filled by whoever keeps backups, with encryption of its own. */
export interface ArchiveSink {
  /** Writes one file and resolves when it would survive a crash. A path has `/` between its parts. */
  write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Gives what was written, in pieces of any size. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** For people: where that path is. */
  locate(path: string): string;
}

/** One file of an archive: COPY text, compressed with zstd. Unpacked one after the other they are the whole. */
export interface ArchiveChunk {
  readonly file: string;
  readonly rawBytes: number;
  readonly sizeBytes: number;
  /** Of the compressed bytes. */
  readonly sha256: string;
}

/** What is known of the rows of an archive, wherever they lie. */
export interface ArchivedRows {
  readonly version: 1;
  readonly set: string;
  readonly table: string;
  readonly from?: string;
  readonly to?: string;
  readonly group?: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  /** As `partition.content_hash()` gives it for these columns in this order. */
  readonly contentHash: string;
  readonly serverVersion: string;
  readonly archived: string;
}

/** `manifest.json` beside the chunks: all that it takes to read them without Plinth. */
export interface FileManifest extends ArchivedRows {
  /** Of all compressed chunks, one after the other. */
  readonly sha256: string;
  readonly chunks: readonly ArchiveChunk[];
  readonly format: 'COPY text, zstd';
}

/** A table of another tier, with the same columns and without keys. */
export interface TierManifest extends ArchivedRows {
  readonly format: 'table';
  readonly tier: Tier;
  /** Qualified and quoted. */
  readonly relation: string;
}

export type ArchiveManifest = FileManifest | TierManifest;

export interface ArchiveStatus {
  readonly tier: Tier;
  readonly id: string;
  readonly set: string;
  readonly table: string;
  readonly from?: string;
  readonly to?: string;
  readonly location: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly archived: Date;
  /** When it was last read back and found equal; absent when it was not. */
  readonly verified?: Date;
  readonly restored?: Date;
}

export interface Restored {
  /** The table the rows are in now; in partition_detached unless it was attached. */
  readonly table: string;
  readonly rows: number;
  /** Columns the table has got since; they have their defaults. */
  readonly added: readonly string[];
  /** Columns the table has no more; their values stay in the archive. */
  readonly missing: readonly string[];
}
