import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import { breakGlassCommands, breakGlassRoutes } from '../break-glass/surface.ts';
import { flagCommands, flagRoutes } from '../flags/surface.ts';
import { lifecycleCommands, lifecycleRoutes } from '../lifecycle/surface.ts';
import { usageCommands, usageRoutes } from '../metering/surface.ts';
import { settingsCommands, settingsRoutes } from '../settings/surface.ts';
import { whyCommands } from '../why/surface.ts';
import { commands as tenantCommands } from './commands.ts';
import { routes as tenantRoutes } from './routes.ts';

/** What the command line and HTTP show of tenancy, part by part. */
export const commands: readonly CommandDescriptor[] = [
  ...tenantCommands,
  ...lifecycleCommands,
  ...breakGlassCommands,
  ...settingsCommands,
  ...usageCommands,
  ...flagCommands,
  ...whyCommands,
];
export const routes: readonly RouteDescriptor[] = [
  ...tenantRoutes,
  ...lifecycleRoutes,
  ...breakGlassRoutes,
  ...settingsRoutes,
  ...usageRoutes,
  ...flagRoutes,
];
