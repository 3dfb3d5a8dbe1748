import type { CommandDescriptor } from '../../../../kernel/index.ts';
import { changingCommands } from './changing-commands.ts';
import { jobCommands } from './job-commands.ts';
import { lookingCommands } from './looking-commands.ts';
import { queueCommands } from './queue-commands.ts';

export const controlCommands: readonly CommandDescriptor[] = [...lookingCommands, ...jobCommands, ...changingCommands, ...queueCommands];
