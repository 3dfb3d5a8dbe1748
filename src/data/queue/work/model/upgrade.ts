import type { JobDefinition } from '../../model/types.ts';

export type Upgraded =
  | { readonly is: 'ready'; readonly payload: unknown }
  /** Made by a newer version of the product than this process runs. */
  | { readonly is: 'newer' }
  | { readonly is: 'bad'; readonly error: Error };

function bad(message: string): Upgraded {
  const error = new Error(message);
  error.name = 'BadPayload';
  return { is: 'bad', error };
}

/** A stored payload as the handler of this process expects it: brought up version by version, then checked. */
export async function upgraded(
  { version = 1, upgrade, schema }: Pick<JobDefinition<unknown>, 'version' | 'upgrade' | 'schema'>,
  stored: { readonly payload: unknown; readonly payloadVersion: number },
): Promise<Upgraded> {
  if (stored.payloadVersion > version) return { is: 'newer' };
  let { payload } = stored;
  for (let at = stored.payloadVersion; at < version; at++) {
    const step = upgrade?.[at];
    if (!step) return bad(`The payload has version ${stored.payloadVersion} and nothing upgrades it from ${at} to ${at + 1}.`);
    try {
      payload = step(payload);
    } catch (error) {
      return bad(`The upgrade from version ${at} failed: ${String(error)}`);
    }
  }
  if (!schema) return { is: 'ready', payload };
  const checked = await schema['~standard'].validate(payload);
  if (!checked.issues) return { is: 'ready', payload: checked.value };
  const [first] = checked.issues;
  const path = first?.path?.map((part) => (typeof part === 'object' && part !== null && 'key' in part ? String(part.key) : String(part)));
  return bad(`The payload does not fit its schema: ${path?.length ? `${path.join('.')}: ` : ''}${first?.message ?? 'no reason given'}`);
}
