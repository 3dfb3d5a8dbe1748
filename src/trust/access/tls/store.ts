import { X509Certificate } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../../kernel/index.ts';
import { readPrivate, writeOnce, writeWhole } from '../secrets/index.ts';
import { tlsErrors } from './errors.ts';

/** A certificate as it lies on the disk. */
export interface Stored {
  readonly file: string;
  /** Certificate and key. */
  readonly text: string;
  readonly certificate: X509Certificate;
}

/** A line of the ledger: a certificate that was made, or the end of the belief in one. */
export type LedgerEntry =
  | { readonly serial: string; readonly kind: 'server' | 'client' | 'probe'; readonly name: string; readonly validUntil: string }
  | { readonly revoked: string };

/** The list of revoked certificates as it lies on the disk. */
export interface StoredRevocations {
  readonly text: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly serials: readonly string[];
}

/** Where the certificates of a platform lie. Private keys are 0600 and written whole; reading one that others can read is refused. */
export class TlsStore {
  readonly folder: string;
  /** The authority's certificate and key: whoever has it, is believed whatever he signs. */
  readonly authorityFile: string;
  /** The authority's certificate alone, for those who have to believe it. */
  readonly publicFile: string;
  readonly serverFile: string;
  readonly revocationsFile: string;
  readonly #clients: string;
  readonly #ledger: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'tls');
    this.authorityFile = join(this.folder, 'authority.pem');
    this.publicFile = join(this.folder, 'ca.pem');
    this.serverFile = join(this.folder, 'server.pem');
    this.revocationsFile = join(this.folder, 'revocations.pem');
    this.#clients = join(this.folder, 'clients');
    this.#ledger = join(this.folder, 'issued.jsonl');
  }

  clientFile(name: string): string {
    return join(this.#clients, `${name}.pem`);
  }

  /** @throws PLINTH_ACCESS_SECRETS_EXPOSED, PLINTH_ACCESS_CERTIFICATE_DAMAGED */
  async read(file: string): Promise<Stored | undefined> {
    const text = await readPrivate(file);
    if (text === undefined) return undefined;
    try {
      return { file, text, certificate: new X509Certificate(text) };
    } catch (error) {
      throw tlsErrors.CERTIFICATE_DAMAGED({ file, reason: messageOf(error) }, { cause: error });
    }
  }

  async clients(): Promise<readonly (Stored & { readonly name: string })[]> {
    const files = (await readdir(this.#clients).catch(() => [])).filter((file) => file.endsWith('.pem')).sort();
    const stored = await Promise.all(
      files.map(async (file) => ({ name: basename(file, '.pem'), found: await this.read(join(this.#clients, file)) })),
    );
    return stored.flatMap(({ name, found }) => (found ? [{ name, ...found }] : []));
  }

  /** False when another process was faster; then its authority is the one. */
  writeAuthority(text: string): Promise<boolean> {
    return writeOnce(this.authorityFile, text);
  }

  write(file: string, text: string): Promise<void> {
    return writeWhole(file, text);
  }

  writePublic(file: string, text: string): Promise<void> {
    return writeWhole(file, text, 0o644);
  }

  removeClient(name: string): Promise<void> {
    return rm(this.clientFile(name), { force: true });
  }

  readPublic(file: string): Promise<string | undefined> {
    return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }

  /** What has been made and revoked, oldest first. A line that a kill cut short speaks of something that never came to be. */
  async ledger(): Promise<readonly LedgerEntry[]> {
    const text = (await readPrivate(this.#ledger)) ?? '';
    return text.split('\n').flatMap((line): LedgerEntry[] => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  /** On the disk before it returns: a certificate that nobody could revoke must not exist. */
  async note(entries: readonly LedgerEntry[]): Promise<void> {
    const file = await open(this.#ledger, 'a', 0o600);
    try {
      await file.write(entries.map((entry) => `\n${JSON.stringify(entry)}`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** What a list says of itself stands above it, where every reader of PEM passes over it. */
  async revocations(): Promise<StoredRevocations | undefined> {
    const text = await this.readPublic(this.revocationsFile);
    const [, from, until, serials] = /^Valid from: (.*)\nValid until: (.*)\nRevoked: (.*)\n/.exec(text ?? '') ?? [];
    if (text === undefined || from === undefined || until === undefined || serials === undefined) return undefined;
    return { text, validFrom: new Date(from), validUntil: new Date(until), serials: serials.split(' ') };
  }

  async writeRevocations(list: string, { validFrom, validUntil, serials }: Omit<StoredRevocations, 'text'>): Promise<void> {
    const about = `Valid from: ${validFrom.toISOString()}\nValid until: ${validUntil.toISOString()}\nRevoked: ${serials.join(' ')}\n`;
    await this.writePublic(this.revocationsFile, `${about}${list}`);
  }
}
