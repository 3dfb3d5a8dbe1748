import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const privacyOptions = defineOptions(
  'privacy',
  Type.Object({
    sampleRows: Type.Integer({
      default: 1_000,
      minimum: 10,
      maximum: 100_000,
      description: 'Rows a scan reads of each table, from blocks all over it. More find what is rarer.',
    }),
    sampleTimeoutMs: Type.Integer({
      default: 15_000,
      minimum: 100,
      unit: 'ms',
      description: 'How long reading the sample of one table may take; then the table is judged by its names alone, and the scan says so.',
    }),
    rewriteMaxBytes: Type.Integer({
      default: 256 * 1024 * 1024,
      minimum: 0,
      unit: 'bytes',
      description:
        'Up to this size with its indexes a table is rewritten after a person was erased from it, so that no byte stays in its file. Nobody can use it meanwhile: about a second per 100 MB. Larger ones are vacuumed, and the certificate says so.',
    }),
    phoneCountries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
      default: ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'CH', 'AT'],
      description: 'Countries (ISO 3166) whose way of writing phone numbers without a leading + is known to a scan.',
    }),
  }),
);

export type PrivacyOptions = OptionsOf<typeof privacyOptions>;
