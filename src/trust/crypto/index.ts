export { openCrypto } from './crypto.ts';
export type * from './model/types.ts';
export { type CryptoOptions, cryptoOptions } from './options.ts';
