export { type Lint, openLint } from './open-lint.ts';
export type { Finding } from './types.ts';
