export type { AtRestFinding, AtRestState } from './at-rest/index.ts';
export {
  byteaArray,
  type ColumnCipher,
  type EncryptedColumn,
  type KeyValue,
  type Opened,
  type Sealed,
  type TableCipher,
} from './columns/index.ts';
export { type CryptoDeps, openCrypto } from './crypto.ts';
export type { DatabaseEncryption } from './database/index.ts';
export { cryptoErrors } from './errors.ts';
export type { KeySource, KeyState, KeyVersion, Shredding } from './keys/index.ts';
export type * from './model/types.ts';
export { type CryptoOptions, cryptoOptions } from './options.ts';
export type { MasterKeyRotation, Rotation, RotationProof, RotationRequest } from './rotation/index.ts';
export type { ClearColumn, Comparison, SealingRequest, SealingWork } from './sealing/index.ts';
export type { TokenKind, Tokens } from './tokens/index.ts';
