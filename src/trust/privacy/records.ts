import type { Connect } from '../../foundation/connect/index.ts';
import { reportOf } from './model/processing-report.ts';
import type { LegalBasis, MappedTable, Privacy, ProcessingRecord, TablePlace } from './model/types.ts';
import { listProcessing } from './sql/queries/queries.gen.ts';

/** Processing activities as they were declared, and the report that joins them with the register. */
export function recordsOf(connect: Connect, map: () => Promise<readonly MappedTable[]>): Privacy['records'] {
  const list = async (): Promise<readonly ProcessingRecord[]> => {
    const request = { tier: 'oltp', as: 'owner', tag: 'privacy.records', isReadOnly: true } as const;
    const rows = await connect.transaction(request, (tx) => listProcessing.all(tx, {}));
    return rows.map(({ id: _, legal_basis, data_subjects, safeguards, retention, measures, tables, ...row }) => ({
      ...row,
      legalBasis: legal_basis as LegalBasis,
      dataSubjects: data_subjects,
      ...(safeguards !== null && { safeguards }),
      ...(retention !== null && { retention }),
      ...(measures !== null && { measures }),
      tables: tables as readonly TablePlace[],
    }));
  };
  return {
    list,
    report: async () => reportOf(await list(), await map()),
  };
}
