import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const privacyOptions = defineOptions('privacy', Type.Object({}));

export type PrivacyOptions = OptionsOf<typeof privacyOptions>;
