import { createHash } from 'node:crypto';

/**
 * Which statements one connection has prepared, the longest unused one first.
 *
 * The server-side name ends in a hash of the text: two capabilities may call different statements by the same
 * name, and behind a pooler a session's names are seen by other clients.
 */
export class StatementCache {
  readonly #names = new Map<string, string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#names.size;
  }

  /** The server-side name for `text`, and the name to close to stay within the limit. */
  use(label: string, text: string): { readonly name: string; readonly evicted?: string } {
    const known = this.#names.get(text);
    if (known !== undefined) {
      this.#names.delete(text);
      this.#names.set(text, known);
      return { name: known };
    }
    // 63 bytes are what the server keeps of a name.
    const name = `${label.slice(0, 40)}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    this.#names.set(text, name);
    if (this.#names.size <= this.#limit) return { name };
    const [oldestText, evicted] = this.#names.entries().next().value as [string, string];
    this.#names.delete(oldestText);
    return { name, evicted };
  }

  /** Forgets `text`; returns its server-side name if it had one. */
  forget(text: string): string | undefined {
    const name = this.#names.get(text);
    this.#names.delete(text);
    return name;
  }
}
