import { jsonText, plainText } from '../model/json-text.ts';
import type { JobLog } from '../model/types.ts';
import type { LogLevel, LogLine } from './item.ts';

const mostLines = 1_000;
const longestMessage = 8_192;

/** What a run has to say, bounded. */
export class RunLog implements JobLog {
  readonly #lines: LogLine[] = [];
  #unwritten = 0;
  #kept = 0;

  // Handlers take what they need apart: `({ info }) => …`.
  readonly debug: JobLog['debug'] = (message, fields) => this.#say('debug', message, fields);
  readonly info: JobLog['info'] = (message, fields) => this.#say('info', message, fields);
  readonly warn: JobLog['warn'] = (message, fields) => this.#say('warn', message, fields);
  readonly error: JobLog['error'] = (message, fields) => this.#say('error', message, fields);

  /** Lines that were not even brought here. */
  missed(count: number): void {
    this.#unwritten += count;
  }

  /** All of it, as it is to be kept. */
  written(): readonly LogLine[] {
    if (this.#unwritten > 0) {
      const message = `${this.#unwritten} more lines were not kept: a run may write ${mostLines}`;
      this.#lines.push({ atMs: performance.now(), level: 'warn', message, fields: undefined });
      this.#unwritten = 0;
    }
    return this.#lines;
  }

  /** What was said so far, as JSON for `queue.job_logs`. */
  kept(): string {
    this.#kept = this.#lines.length;
    return textOf(this.#lines, 0);
  }

  /** What was said since; undefined where that is nothing. */
  late(): string | undefined {
    const lines = this.written();
    return lines.length > this.#kept ? textOf(lines, this.#kept) : undefined;
  }

  #say(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    // The last of them says how many are missing.
    if (this.#lines.length >= mostLines - 1) {
      this.#unwritten++;
      return;
    }
    const text = plainText(String(message), longestMessage);
    this.#lines.push({ atMs: performance.now(), level, message: text, fields: fields === undefined ? undefined : jsonText(fields) });
  }
}

function textOf(lines: readonly LogLine[], first: number): string {
  const now = performance.now();
  const texts = lines.slice(first).map(({ atMs, level, message, fields }, index) => {
    const said = JSON.stringify({ line: first + index + 1, age_ms: now - atMs, level, message });
    // It is JSON already.
    return fields === undefined ? said : `${said.slice(0, -1)},"fields":${fields}}`;
  });
  return `[${texts.join(',')}]`;
}
