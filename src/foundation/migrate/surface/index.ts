import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import { revertCommands } from '../revert/index.ts';
import { commands as runCommands } from './commands.ts';
import { routes as runRoutes } from './routes.ts';

/** What the command line shows below `plinth migrate`, part by part. */
export const commands: readonly CommandDescriptor[] = [...runCommands, ...revertCommands];

export const routes: readonly RouteDescriptor[] = [...runRoutes];
