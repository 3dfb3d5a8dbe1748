import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import { approveCommands, approveRoutes } from '../approve/index.ts';
import { backfillCommands, backfillRoutes } from '../backfill/index.ts';
import { baselineCommands } from '../baseline/index.ts';
import { diffCommands } from '../diff/index.ts';
import { documentsCommands, documentsRoutes } from '../documents/index.ts';
import { driftCommands, driftRoutes } from '../drift/index.ts';
import { groupsCommands, groupsRoutes } from '../groups/index.ts';
import { impactCommands, impactRoutes } from '../impact/index.ts';
import { lintCommands, lintRoutes } from '../lint/index.ts';
import { moveCommands } from '../move/index.ts';
import { parityCommands, parityRoutes } from '../parity/index.ts';
import { pipelineCommands } from '../pipeline/index.ts';
import { rehearseCommands, rehearseRoutes } from '../rehearse/index.ts';
import { renameCommands } from '../rename/index.ts';
import { revertCommands } from '../revert/index.ts';
import { templateCommands } from '../templates/index.ts';
import { tenantsRoutes } from '../tenants/index.ts';
import { trashCommands, trashRoutes } from '../trash/index.ts';
import { trialCommands } from '../trial/index.ts';
import { commands as runCommands } from './commands.ts';
import { routes as runRoutes } from './routes.ts';

// One line a part.
const parts: readonly { readonly commands?: readonly CommandDescriptor[]; readonly routes?: readonly RouteDescriptor[] }[] = [
  { commands: runCommands, routes: runRoutes },
  { commands: backfillCommands, routes: backfillRoutes },
  { commands: baselineCommands },
  { commands: diffCommands },
  { commands: documentsCommands, routes: documentsRoutes },
  { commands: driftCommands, routes: driftRoutes },
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
  { commands: templateCommands },
  { routes: tenantsRoutes },
  { commands: trashCommands, routes: trashRoutes },
  { commands: trialCommands },
];

/** What the command line shows below `plinth migrate`, part by part. */
export const commands = parts.flatMap((part) => part.commands ?? []);
export const routes = parts.flatMap((part) => part.routes ?? []);
