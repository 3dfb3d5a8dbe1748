// What outlives the transaction it was sent in, by the first word of its tag. SET shows by the parameters it changes.
const lasting = new Set(['PREPARE', 'DEALLOCATE', 'DECLARE', 'LISTEN', 'LOAD', 'DISCARD']);

/**
 * Whether a session is still as it was opened, read from what the server tells without being asked. Somebody who could
 * send any SQL would otherwise leave statements, cursors and settings behind for whoever gets the connection next.
 */
export class SessionTraces {
  readonly #parameters = new Map<string, { readonly opened: string; now: string }>();
  #hasLasting = false;

  /** A parameter was reported; the first report is how the session was opened. */
  parameter(name: string, value: string): void {
    const known = this.#parameters.get(name);
    if (known) known.now = value;
    // Set with each transaction on purpose.
    else if (name !== 'application_name') this.#parameters.set(name, { opened: value, now: value });
  }

  /** A command was completed. */
  command(tag: string): void {
    const end = tag.indexOf(' ');
    if (lasting.has(end < 0 ? tag : tag.slice(0, end))) this.#hasLasting = true;
  }

  get isAltered(): boolean {
    if (this.#hasLasting) return true;
    for (const { opened, now } of this.#parameters.values()) if (opened !== now) return true;
    return false;
  }
}
