export { DataKeys, placeOf, ringLifeMs } from './data-keys.ts';
export { defaultKeyFile, readKeyFile } from './key-file.ts';
export type { KeyRing } from './key-ring.ts';
export { keySourceOf } from './key-source.ts';
export { shred, toKeyVersion } from './shred.ts';
export {
  countUnderOthers,
  countWrapped,
  keysUnderOthers,
  listKeys,
  listMasterKeys,
  markEmptied,
  rewrapKey,
} from './sql/queries/queries.gen.ts';
export type * from './types.ts';
