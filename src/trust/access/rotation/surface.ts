import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Rotation } from './model/types.ts';

/** As much of access as these commands need. */
interface Owner {
  readonly rotation: Rotation;
}

// The old login still works, because somebody uses it.
const unfinishedExitCode = 3;

export const rotationCommands: readonly CommandDescriptor[] = [
  {
    name: 'access rotate',
    summary: 'Give a service of the platform a new credential while it works.',
    description:
      'Makes a second login, moves all connections over, and revokes the first when no session uses it. A platform that serves does so by itself\n' +
      'before a third of the 30 days is left that a password is good for. Running processes that share the\n' +
      'data folder notice within a second. Killed or ended with 3, it goes on where it was when it is run again.',
    // A platform whose password has ended does not open.
    needs: 'config',
    arguments: [{ name: 'service', meaning: 'app or migrator' }],
    flags: Type.Object({
      wait: Type.Integer({
        default: 60,
        minimum: 0,
        maximum: 86_400,
        description: 'seconds that sessions of the old login are waited for',
      }),
    }),
    async run(input) {
      const { args, flags, signal, progress } = input;
      const { repair } = await import('../surface/open-here.ts');
      const waitMs = (flags.wait as number) * 1_000;
      const { done: result, note } = await repair(input, ({ rotation }) =>
        rotation.rotate(String(args.service), { signal, waitMs, onProgress: progress }),
      );
      const { service, login, left, isDone, lingering } = result;
      const more = note ? `\n${note}` : '';
      if (isDone) return { data: { ...result, ...(note && { note }) }, text: `${service} logs in as ${login}; ${left} is refused.${more}` };
      return {
        data: { ...result, ...(note && { note }) },
        table: {
          columns: ['server', 'process', 'application'],
          rows: lingering.map(({ server, pid, applicationName }) => [server, pid, applicationName]),
        },
        text: `\n${service} logs in as ${login}, but these sessions still use ${left}, which therefore still works. Run it again when they have ended.${more}`,
        exitCode: unfinishedExitCode,
      };
    },
  },
];

export const rotationRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/access/services',
    summary: 'The credentials of the services of the platform: which login each uses, and whether a rotation is under way.',
    role: 'viewer',
    handler: async ({ use }) => ({ services: await use<Owner>('access').rotation.status() }),
  },
];
