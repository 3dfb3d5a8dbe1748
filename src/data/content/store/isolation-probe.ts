import type { IsolationProbe } from '../../../trust/tenancy/index.ts';
import type { Content } from '../model/types.ts';

/** Puts an object for one tenant, and tries to reach it, its name and its bytes as members of the other. */
export function contentProbe(content: Content): IsolationProbe {
  return {
    path: 'content',
    async probe({ other, subjects, secret, attempt }) {
      const theirs = { tenantId: other.id };
      const bytes = Buffer.from(`${secret} `.repeat(100));
      const { id, blobId } = await content.put(
        theirs,
        { kind: 'file', name: secret, ownerTable: 'certify.files', ownerId: other.id },
        bytes,
      );
      for (const { role, subject } of subjects) {
        const calls: Readonly<Record<string, () => Promise<unknown>>> = {
          [`stat(${id})`]: () => content.stat(subject, id),
          [`get(${id})`]: () => Array.fromAsync(content.get(subject, id)),
          [`get(${blobId})`]: () => Array.fromAsync(content.get(subject, blobId)),
          [`get(${id}, 0–10)`]: () => Array.fromAsync(content.get(subject, id, { start: 0, end: 10 })),
          [`list(owner ${other.id})`]: () => content.list(subject, { ownerId: other.id }),
          'savings()': () => content.savings(subject),
          [`remove(${id})`]: async () => {
            await content.remove(subject, id);
            return secret;
          },
        };
        for (const [statement, call] of Object.entries(calls))
          await attempt({ target: `content.${statement.split('(')[0]}`, role, statement }, call);
      }
    },
  };
}
