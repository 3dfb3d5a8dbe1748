import { defineErrors } from '../../../kernel/index.ts';

export const anomaliesErrors = defineErrors('AUDIT', {
  UNKNOWN_ANOMALY: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { id: string }) => `There is no anomaly ${d.id}. List them with: plinth audit anomalies.`,
  },
});
