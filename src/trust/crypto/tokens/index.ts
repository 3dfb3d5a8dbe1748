export { type TokenKind, tokenKinds } from './model/shapes.ts';
export { openTokens, type Tokens } from './tokens.ts';
