import type { CommandDescriptor } from '../../../kernel/index.ts';
import type { Connect } from '../model/types.ts';

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'connect pools',
    summary: 'Show the connection pools of this process.',
    needs: 'server',
    description:
      'Pools are opened when they are first used, so a command of its own sees few; those of a running server are at /api/connect/pools.',
    async run(input) {
      const pools = input.use<Connect>('connect').pools();
      return {
        data: { pools },
        table: {
          columns: ['tier', 'priority', 'login', 'max', 'active', 'idle', 'waiting', 'longest holder'],
          rows: pools.map((pool) => {
            const [oldest] = pool.holders;
            const holder = oldest ? `${oldest.tag} (${Math.round(oldest.heldMs)} ms)` : '';
            return [pool.tier, pool.priority, pool.login, pool.max, pool.active, pool.idle, pool.waiting, holder];
          }),
        },
      };
    },
  },
];
