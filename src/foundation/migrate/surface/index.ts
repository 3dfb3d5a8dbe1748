import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import { approveCommands, approveRoutes } from '../approve/surface.ts';
import { backfillCommands, backfillRoutes } from '../backfill/surface.ts';
import { baselineCommands } from '../baseline/surface.ts';
import { deploymentsCommands, deploymentsRoutes } from '../deployments/surface.ts';
import { diffCommands } from '../diff/surface.ts';
import { documentsCommands, documentsRoutes } from '../documents/surface.ts';
import { driftCommands, driftRoutes } from '../drift/surface.ts';
import { foreignCommands } from '../foreign/surface.ts';
import { groupsCommands, groupsRoutes } from '../groups/surface.ts';
import { impactCommands, impactRoutes } from '../impact/surface.ts';
import { lintCommands, lintRoutes } from '../lint/surface.ts';
import { moveCommands } from '../move/surface.ts';
import { parityCommands, parityRoutes } from '../parity/surface.ts';
import { pipelineCommands } from '../pipeline/surface.ts';
import { rehearseCommands, rehearseRoutes } from '../rehearse/surface.ts';
import { renameCommands } from '../rename/surface.ts';
import { revertCommands } from '../revert/surface.ts';
import { squashCommands } from '../squash/surface.ts';
import { templateCommands } from '../templates/surface.ts';
import { tenantsRoutes } from '../tenants/surface.ts';
import { trashCommands, trashRoutes } from '../trash/surface.ts';
import { trialCommands } from '../trial/surface.ts';
import { commands as runCommands } from './commands.ts';
import { routes as runRoutes } from './routes.ts';

// One line a part.
const parts: readonly { readonly commands?: readonly CommandDescriptor[]; readonly routes?: readonly RouteDescriptor[] }[] = [
  { commands: runCommands, routes: runRoutes },
  { commands: backfillCommands, routes: backfillRoutes },
  { commands: baselineCommands },
  { commands: deploymentsCommands, routes: deploymentsRoutes },
  { commands: diffCommands },
  { commands: documentsCommands, routes: documentsRoutes },
  { commands: driftCommands, routes: driftRoutes },
  { commands: foreignCommands },
  { commands: groupsCommands, routes: groupsRoutes },
  { commands: lintCommands, routes: lintRoutes },
  { commands: rehearseCommands, routes: rehearseRoutes },
  { commands: parityCommands, routes: parityRoutes },
  { commands: pipelineCommands },
  { commands: impactCommands, routes: impactRoutes },
  { commands: approveCommands, routes: approveRoutes },
  { commands: renameCommands },
  { commands: moveCommands },
  { commands: revertCommands },
  { commands: squashCommands },
  { commands: templateCommands },
  { routes: tenantsRoutes },
  { commands: trashCommands, routes: trashRoutes },
  { commands: trialCommands },
];

/** What the command line shows below `plinth migrate`, part by part. */
export const commands = parts.flatMap((part) => part.commands ?? []);
export const routes = parts.flatMap((part) => part.routes ?? []);
