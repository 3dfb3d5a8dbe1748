import type { TenantSubject } from '../../../foundation/connect/index.ts';
import { messageOf, PlinthError } from '../../../kernel/index.ts';
import type { Attempt } from '../model/certificate.ts';
import type { ProbeScene } from '../model/isolation-probe.ts';
import type { Tenant } from '../model/types.ts';
import { markIn } from './marks.ts';
import type { MadeRows } from './rows.ts';

export interface SceneInit {
  readonly own: Tenant;
  readonly other: Tenant;
  readonly subjects: readonly { readonly role: string; readonly subject: TenantSubject }[];
  readonly rows: MadeRows;
  readonly marks: readonly string[];
  readonly secret: string;
  readonly signal?: AbortSignal;
}

/** The scene of a probe; what it tries lands in `attempts`. */
export function sceneFor(path: string, { rows, marks, ...init }: SceneInit, attempts: Attempt[]): ProbeScene {
  const place = { tier: 'oltp', path } as const;
  return {
    ...init,
    rows: new Map([...rows].flatMap(([table, row]) => ('stored' in row ? [[table, row.stored]] : []))),
    notProven: (target, reason) => attempts.push({ ...place, target, role: 'none', verdict: 'not proven', reason }),
    async attempt({ target, role, statement }, reach) {
      init.signal?.throwIfAborted();
      const told = await Promise.resolve()
        .then(reach)
        .then(textOf)
        .then(
          (text) => ({ text, verdict: 'own rows only' }) as const,
          (error) => ({ text: refusalOf(error), verdict: isRefusal(error) ? 'closed' : 'not proven' }) as const,
        );
      const mark = markIn(told.text, [init.secret, ...marks], statement);
      const outcome = mark
        ? ({ verdict: 'leak', statement, reason: `it tells ${JSON.stringify(mark)}` } as const)
        : { verdict: told.verdict, ...(told.verdict === 'not proven' && { reason: told.text }) };
      attempts.push({ ...place, target, role, ...outcome });
      return outcome.verdict;
    },
  };
}

/** A failure of the platform is none: it says nothing about who may what. */
const isRefusal = (error: unknown) => error instanceof PlinthError && error.httpStatus >= 400 && error.httpStatus < 500;

const refusalOf = (error: unknown) => `${messageOf(error)} ${error instanceof PlinthError ? JSON.stringify(error.details) : ''}`;

/** All that an answer shows, as one text; bytes as they are. */
async function textOf(answer: unknown): Promise<string> {
  if (isStream(answer)) {
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(Buffer.from(piece as Uint8Array));
    return Buffer.concat(pieces).toString('latin1');
  }
  if (typeof answer === 'object' && answer !== null && 'stream' in answer) {
    const { stream, ...rest } = answer;
    return `${JSON.stringify(rest)} ${await textOf(stream)}`;
  }
  return typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? '');
}

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
