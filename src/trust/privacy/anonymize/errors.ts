import { defineErrors } from '../../../kernel/index.ts';
import { writePlace } from '../model/places.ts';
import type { Place } from '../model/types.ts';

export const anonymizeErrors = defineErrors('PRIVACY', {
  BAD_TARGET: {
    exitCode: 2,
    message: (d: { tier: string; reason: string }) =>
      `The database for ${d.tier} cannot be used: ${d.reason}. Give postgres://user@host:port/database, with {tier} in it where there are several.`,
  },
  SAME_DATABASE: {
    exitCode: 2,
    message: (d: { tier: string; database: string }) =>
      `The copy of ${d.tier} would go into ${d.database}, where it comes from. Name another database; nothing was changed.`,
  },
  TARGET_DIFFERS: {
    exitCode: 4,
    message: (d: { tier: string; differences: readonly string[] }) =>
      `The target for ${d.tier} has another schema: ${d.differences.slice(0, 5).join('; ')}. Bring it to the same migrations; nothing was changed.`,
  },
  TARGET_NOT_EMPTY: {
    exitCode: 4,
    message: (d: { tier: string; tables: readonly string[] }) =>
      `The target for ${d.tier} has rows in ${d.tables.slice(0, 5).join(', ')}. Empty it, or say --replace; nothing was changed.`,
  },
  UNDECIDED: {
    exitCode: 4,
    message: (d: { places: readonly Place[] }) =>
      `Nobody has decided about columns that look personal: ${d.places.slice(0, 5).map(writePlace).join(', ')}${d.places.length > 5 ? ' …' : ''}. Classify them ("plinth privacy check" shows all), then run the same command again.`,
  },
  CANNOT_MASK: {
    message: (d: { table: string; column: string; type: string; mask: string }) =>
      `${d.table}.${d.column} has to be masked (${d.mask}), but nothing can stand in for a key of type ${d.type}. Classify the column otherwise, or let it be null.`,
  },
});
