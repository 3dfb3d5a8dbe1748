import type { CommandDescriptor } from '../../../kernel/index.ts';
import { controlCommands } from '../control/surface.ts';
import { deadCommands } from '../dead/surface.ts';

/** What the command line shows of the queue, part by part. */
export const commands: readonly CommandDescriptor[] = [...controlCommands, ...deadCommands];
export { routes } from './routes.ts';
