import { messageOf } from '../../../kernel/index.ts';
import type { KnownKind } from '../definitions/index.ts';
import type { PayloadCipher } from '../encryption/index.ts';
import type { PayloadVerdict } from '../model/types.ts';
import { enqueueErrors } from './errors.ts';

export const mostPayloadBytes = 262_144;

/**
 * The payload of one job as the JSON that is stored: checked by the schema of its kind, fields encrypted that its definition names. At once
 * where neither has to be waited for.
 *
 * @throws PLINTH_QUEUE_INVALID_PAYLOAD, PLINTH_QUEUE_PAYLOAD_TOO_LARGE, PLINTH_QUEUE_BAD_OPTION
 */
export function payloadText(
  kind: KnownKind,
  payload: unknown,
  tenantId: string | undefined,
  cipher: PayloadCipher,
): string | Promise<string> {
  const fields = kind.definition?.encrypted;
  const stored = (value: unknown) => (fields ? encrypted(kind, textOf(kind, value), tenantId, fields, cipher) : textOf(kind, value));
  const value = checked(kind, payload);
  return value instanceof Promise ? value.then(stored) : stored(value);
}

async function encrypted(
  kind: KnownKind,
  text: string,
  tenantId: string | undefined,
  fields: readonly string[],
  cipher: PayloadCipher,
): Promise<string> {
  if (tenantId === undefined)
    throw enqueueErrors.BAD_OPTION({
      option: 'tenantId',
      value: 'undefined',
      allowed: `the tenant of the transaction, whose key encrypts ${fields.join(', ')}; or enqueue within tenancy.run`,
    });
  return textOf(kind, await cipher.encrypt({ tenantId, type: kind.name }, text, fields));
}

/** As its schema lets it pass: at once where the validator does so. */
function checked(kind: KnownKind, payload: unknown): unknown {
  const schema = kind.definition?.schema;
  if (!schema) return payload;
  const verdict = schema['~standard'].validate(payload);
  return verdict instanceof Promise ? verdict.then((given) => accepted(kind, given)) : accepted(kind, verdict);
}

function accepted(kind: KnownKind, verdict: PayloadVerdict<unknown>): unknown {
  if (!verdict.issues) return verdict.value;
  const [first] = verdict.issues;
  const path = (first?.path ?? []).map((step) => String(typeof step === 'object' && step !== null && 'key' in step ? step.key : step));
  const others = verdict.issues.length > 1 ? ` (and ${verdict.issues.length - 1} more)` : '';
  throw enqueueErrors.INVALID_PAYLOAD({
    jobType: kind.name,
    path: path.join('.'),
    problem: `${(first?.message ?? 'refused').replace(/\.$/, '')}${others}`,
  });
}

function textOf({ name }: KnownKind, payload: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(payload ?? null);
  } catch (error) {
    throw enqueueErrors.INVALID_PAYLOAD({ jobType: name, path: '', problem: messageOf(error) }, { cause: error });
  }
  if (text === undefined) throw enqueueErrors.INVALID_PAYLOAD({ jobType: name, path: '', problem: `a ${typeof payload} is no JSON` });
  // A character is three bytes at most.
  const bytes = text.length * 3 > mostPayloadBytes ? Buffer.byteLength(text) : 0;
  if (bytes > mostPayloadBytes) throw enqueueErrors.PAYLOAD_TOO_LARGE({ jobType: name, bytes, mostBytes: mostPayloadBytes });
  return text;
}
