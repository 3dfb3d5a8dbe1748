export type { TokenKind } from './model/shapes.ts';
export { openTokens, type Tokens } from './tokens.ts';
