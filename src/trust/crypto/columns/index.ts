export { RingCipher } from './column-cipher.ts';
export type { KeyValue } from './model/associated-data.ts';
export { type IndexKind, termOf } from './model/blind-index.ts';
export { byteaArray } from './model/bytea-array.ts';
export { isOtherVersion, versionOf } from './model/sealed-value.ts';
export { ColumnRegistry } from './registry.ts';
export { RowCipher, searchPurpose } from './table-cipher.ts';
export type * from './types.ts';
