import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import { controlCommands } from '../control/surface/index.ts';
import { deadCommands } from '../dead/surface.ts';
import { flowCommands, flowRoutes } from '../flows/surface.ts';
import { overviewRoutes } from '../overview/surface.ts';
import { promiseCommands, promiseRoutes } from '../promise/surface.ts';
import { routes as ownRoutes } from './routes.ts';

/** What the command line shows of the queue, part by part. */
export const commands: readonly CommandDescriptor[] = [...controlCommands, ...deadCommands, ...flowCommands, ...promiseCommands];
export const routes: readonly RouteDescriptor[] = [...ownRoutes, ...flowRoutes, ...promiseRoutes, ...overviewRoutes];
