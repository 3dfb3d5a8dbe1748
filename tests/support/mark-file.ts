import { relative } from 'node:path';
import { expect } from 'vitest';
import { fileMark } from './left-behind.ts';

// What this file starts carries its name: a process that is left behind is known by it.
process.env[fileMark] = relative(process.cwd(), expect.getState().testPath ?? '');
