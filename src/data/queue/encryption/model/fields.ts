/** What stands in a payload in place of a value, so that whoever looks at it sees what it is. */
interface Encrypted {
  readonly $encrypted: string;
}

type Place = Record<string, unknown>;

function isEncrypted(value: unknown): value is Encrypted {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Encrypted>).$encrypted === 'string' &&
    Object.keys(value).length === 1
  );
}

/**
 * The payload with the values of these fields encrypted. What is absent or null stays so: whether there is a value is not hidden.
 *
 * @param payload JSON text
 * @param fields names, with dots into objects
 */
export function encryptFields(payload: string, fields: readonly string[], encrypt: (text: string, field: string) => Buffer): unknown {
  const copy: unknown = JSON.parse(payload);
  for (const field of fields) {
    const steps = field.split('.');
    const name = steps.pop() as string;
    const place = steps.reduce<unknown>((at, step) => ownOf(at, step), copy);
    const value = ownOf(place, name);
    if (value === undefined || value === null) continue;
    (place as Place)[name] = { $encrypted: encrypt(JSON.stringify(value), field).toString('base64') } satisfies Encrypted;
  }
  return copy;
}

/** The payload with what was encrypted in it, wherever it stands: fields may have been added to a definition or left it since. */
export function decryptFields(payload: unknown, decrypt: (sealed: Buffer, field: string) => string, path: readonly string[] = []): unknown {
  if (isEncrypted(payload)) return JSON.parse(decrypt(Buffer.from(payload.$encrypted, 'base64'), path.join('.')));
  // Fields lie in objects: what a list holds was never encrypted.
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload;
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, decryptFields(value, decrypt, [...path, name])]));
}

function ownOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Place)[name] : undefined;
}
