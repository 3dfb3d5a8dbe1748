import { defineErrors } from '../../kernel/index.ts';

export const privacyErrors = defineErrors('PRIVACY', {
  REFUSED: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { problem: string; remedy: string }) => `${d.problem}. ${d.remedy}`,
  },
  MALFORMED_PLACE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { place: string }) =>
      `${JSON.stringify(d.place)} names no column or table; write [tier:]schema.table[.column], e.g. oltp:shop.orders.email.`,
  },
  UNKNOWN_PLACE: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { place: string; similar: readonly string[] }) =>
      `There is no ${d.place} in any database.${d.similar.length > 0 ? ` Did you mean ${d.similar.join(' or ')}?` : ' See: plinth privacy map.'}`,
  },
  NOT_DECIDED: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { place: string }) =>
      `Nobody decided or found anything about ${d.place}; there is nothing to forget. See: plinth privacy map.`,
  },
});
