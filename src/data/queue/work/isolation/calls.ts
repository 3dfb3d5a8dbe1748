import type { Words } from './messages.ts';
import { tell, thrownOf } from './told.ts';

/** Calls from either side to the other, of one run. */
export class Calls {
  readonly #say: (words: Words) => void;
  readonly #does: (what: string, args: readonly unknown[]) => unknown;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;
  #over: Error | undefined;

  /** `does`: what the other side may ask for. */
  constructor(say: (words: Words) => void, does: (what: string, args: readonly unknown[]) => unknown) {
    this.#say = say;
    this.#does = does;
  }

  /** Resolves or rejects as it does over there. */
  async ask<T>(what: string, ...args: readonly unknown[]): Promise<T> {
    if (this.#over) throw this.#over;
    const ask = ++this.#asked;
    // What cannot be copied is refused here.
    this.#say({ ask, what, args });
    const answer = Promise.withResolvers<unknown>();
    this.#open.set(ask, answer);
    return (await answer.promise) as T;
  }

  hear(words: Words): void {
    if ('ask' in words) {
      void this.#answer(words.ask, words.what, words.args);
      return;
    }
    const answer = this.#open.get(words.answer);
    this.#open.delete(words.answer);
    if (words.thrown) answer?.reject(thrownOf(words.thrown));
    else answer?.resolve(words.value);
  }

  /** Nobody answers any more. */
  close(reason: Error): void {
    this.#over ??= reason;
    for (const answer of this.#open.values()) answer.reject(this.#over);
    this.#open.clear();
  }

  isClosedBy(error: unknown): boolean {
    return error !== undefined && error === this.#over;
  }

  async #answer(answer: number, what: string, args: readonly unknown[]): Promise<void> {
    try {
      const value = await this.#does(what, args);
      if (!this.#over) this.#say({ answer, value });
    } catch (error) {
      if (!this.#over) this.#say({ answer, thrown: tell(error) });
    }
  }
}
