export { type Lint, openLint } from './open-lint.ts';
export { lintCommands, lintRoutes } from './surface.ts';
export type { Finding } from './types.ts';
