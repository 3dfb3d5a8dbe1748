import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const cryptoOptions = defineOptions('crypto', Type.Object({}));

export type CryptoOptions = OptionsOf<typeof cryptoOptions>;
