import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const auditOptions = defineOptions(
  'audit',
  Type.Object({
    sealSeconds: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 3_600,
      unit: 's',
      description: 'How often events are sealed and the head is anchored. What is younger could still be changed unseen by the owner.',
    }),
    anchorDir: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder for anchors; default: audit-anchors in the data folder. Best on storage that the database server cannot write to and that keeps what was written.',
      }),
    ),
  }),
);

export type AuditOptions = OptionsOf<typeof auditOptions>;
