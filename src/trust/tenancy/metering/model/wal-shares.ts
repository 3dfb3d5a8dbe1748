interface Backend<Writer> {
  /** What it had written when it was last asked about. */
  seenBytes: number;
  /** How long each writer has held it since more was seen. */
  readonly heldMs: Map<Writer, number>;
}

/**
 * Who wrote how much through the connections of a database. The server counts what a connection has written, not for whom, and tells with a
 * delay of up to ten seconds: what more it has written is shared among those who held it for work that may write, by time.
 */
export class WalShares<Writer extends { wrote(walBytes: number): void }> {
  readonly #backends = new Map<number, Backend<Writer>>();

  wrote(backendPid: number, writer: Writer, heldMs: number): void {
    let backend = this.#backends.get(backendPid);
    if (!backend) {
      backend = { seenBytes: 0, heldMs: new Map() };
      this.#backends.set(backendPid, backend);
    }
    backend.heldMs.set(writer, (backend.heldMs.get(writer) ?? 0) + heldMs);
  }

  /** The connections to ask about; none while nobody may have written anything that is not shared out. */
  get backendPids(): readonly number[] {
    const isOpen = [...this.#backends.values()].some(({ heldMs }) => heldMs.size > 0);
    return isOpen ? [...this.#backends.keys()] : [];
  }

  /** Forgets who held connections, not what these had written. */
  skip(): void {
    for (const { heldMs } of this.#backends.values()) heldMs.clear();
  }

  /** Shares out what these connections have written by now, in all; one that is not among them has ended. */
  settle(writtenBytes: ReadonlyMap<number, number>): void {
    for (const [pid, backend] of this.#backends) {
      const written = writtenBytes.get(pid);
      if (written === undefined) {
        this.#backends.delete(pid);
        continue;
      }
      // Less than before: the process id is another connection's now.
      const bytes = written - (written < backend.seenBytes ? 0 : backend.seenBytes);
      backend.seenBytes = written;
      // Nothing yet, or nobody's: what a connection writes at its start.
      if (bytes === 0 || backend.heldMs.size === 0) continue;
      const wholeMs = [...backend.heldMs.values()].reduce((sum, ms) => sum + ms, 0);
      for (const [writer, ms] of backend.heldMs) writer.wrote(wholeMs === 0 ? bytes / backend.heldMs.size : (bytes * ms) / wholeMs);
      backend.heldMs.clear();
    }
  }
}
