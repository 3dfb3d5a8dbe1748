import { defineOptions, Type } from '../../kernel/index.ts';

export const consoleOptions = defineOptions('console', Type.Object({}));
