import type { Connect } from '../../../foundation/connect/index.ts';

/** What kills this process when its n-th writing transaction has committed. To be killed before the next one, or within, is the same to the database. */
export function dyingConnect(stopAt: number): { wrap(connect: Connect): Connect; arm(): void } {
  let [steps, isArmed] = [0, false];
  return {
    arm() {
      isArmed = true;
    },
    wrap(connect) {
      const transaction: Connect['transaction'] = async (request, work) => {
        const result = await connect.transaction(request, work);
        if (isArmed && !request.isReadOnly && ++steps === stopAt) process.kill(process.pid, 'SIGKILL');
        return result;
      };
      return new Proxy(connect, {
        get(target, name) {
          const part: unknown = Reflect.get(target, name);
          if (name === 'transaction') return transaction;
          return typeof part === 'function' ? part.bind(target) : part;
        },
      });
    },
  };
}
