import { anonymizeCommands } from '../anonymize/surface.ts';
import { maskingCommands, maskingRoutes } from '../masking/surface.ts';
import { protectCommands, protectRoutes } from '../protect/surface.ts';
import { retentionCommands, retentionRoutes } from '../retention/surface.ts';
import { subjectCommands, subjectRoutes } from '../subject/surface.ts';
import { commands as ownCommands } from './commands.ts';
import { routes as ownRoutes } from './routes.ts';

/** Commands and routes of privacy and its parts. */
export const commands = [
  ...ownCommands,
  ...subjectCommands,
  ...maskingCommands,
  ...anonymizeCommands,
  ...protectCommands,
  ...retentionCommands,
];
export const routes = [...ownRoutes, ...subjectRoutes, ...maskingRoutes, ...protectRoutes, ...retentionRoutes];
