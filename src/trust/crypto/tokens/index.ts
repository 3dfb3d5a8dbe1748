export type { TokenKind } from './model/shapes.ts';
export { deleteTokens } from './sql/queries/queries.gen.ts';
export { openTokens, type Tokens } from './tokens.ts';
