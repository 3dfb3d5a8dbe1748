import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { Crypto } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/crypto/keys',
    summary: 'The versions of all data keys; what is known of them, never a key.',
    role: 'viewer',
    handler: async ({ use }) => ({ keys: await use<Crypto>('crypto').keys() }),
  },
  {
    method: 'GET',
    path: '/crypto/columns',
    summary: 'The columns that are declared as encrypted.',
    role: 'viewer',
    handler: async ({ use }) => ({ columns: await use<Crypto>('crypto').columns() }),
  },
  {
    method: 'GET',
    path: '/crypto/at-rest',
    summary: 'What protects stored data, and how that is known.',
    role: 'viewer',
    async handler({ use }) {
      const crypto = use<Crypto>('crypto');
      const [findings, database] = await Promise.all([crypto.atRest(), crypto.database()]);
      return { findings, database };
    },
  },
];
