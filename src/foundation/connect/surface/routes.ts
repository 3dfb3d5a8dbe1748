import type { RouteDescriptor } from '../../../kernel/index.ts';
import type { Connect } from '../model/types.ts';

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/connect/pools',
    summary: 'The connection pools of this process: size, use, who waits and who holds.',
    role: 'viewer',
    handler: async (request) => ({ pools: request.use<Connect>('connect').pools() }),
  },
];
