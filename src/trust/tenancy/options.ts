import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const tenancyOptions = defineOptions(
  'tenancy',
  Type.Object({
    sealSeconds: Type.Integer({
      default: 15,
      minimum: 1,
      maximum: 300,
      unit: 's',
      description:
        'How old a sealed context may be when its transaction begins. Raise it only if BEGIN waits longer than that on an overloaded server.',
    }),
  }),
);
export type TenancyOptions = OptionsOf<typeof tenancyOptions>;
