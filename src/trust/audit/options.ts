import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const auditOptions = defineOptions('audit', Type.Object({}));

export type AuditOptions = OptionsOf<typeof auditOptions>;
