import type { Transaction } from '../../../foundation/connect/index.ts';
import type { NamedQuery } from '../../../kernel/index.ts';
import { operationRules } from '../metadata/index.ts';
import type { Regulation } from '../model/regulations.ts';
import { reportData, reportMemberships, reportOperations, reportRefusals } from './sql/queries/queries.gen.ts';

/** A row with columns for people; those of ids are named afterwards. */
export interface AnswerRow {
  readonly userId?: string | null;
  readonly tenantId?: string;
  readonly cells: Readonly<Record<string, string>>;
  /** By which rows of several databases are put in one order, descending. */
  readonly order: number;
}

export interface Question {
  readonly title: string;
  readonly asks: string;
  readonly query: Pick<NamedQuery<never, unknown>, 'text'>;
  /** Beside the time, as they stand in the statement. */
  readonly values: Readonly<Record<string, unknown>>;
  answer(
    tx: Transaction,
    range: { readonly from: Date; readonly to: Date; readonly limit: number },
  ): Promise<{
    readonly rows: readonly AnswerRow[];
    readonly total: number;
  }>;
}

const time = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ');
const totalOf = (rows: readonly { readonly total: number }[]) => rows[0]?.total ?? 0;

function operations(title: string, asks: string, beginnings: readonly string[]): Question {
  return {
    ...{ title, asks, query: reportOperations, values: { beginnings } },
    async answer(tx, range) {
      const rows = await reportOperations.all(tx, { ...range, beginnings: [...beginnings] });
      return {
        total: totalOf(rows),
        rows: rows.map((row) => ({
          ...{ userId: row.user_id, tenantId: row.tenant_id, order: row.created.getTime() },
          cells: {
            'when (UTC)': time(row.created),
            who: row.database_user,
            what: row.action,
            'on what': [row.target_type, row.target_id].filter(Boolean).join(' '),
            outcome: row.is_success ? 'done' : 'refused or failed',
            why: row.purpose ?? '',
            details: row.details === null ? '' : JSON.stringify(row.details),
          },
        })),
      };
    },
  };
}

function data(title: string, asks: string, flag: Regulation, kinds: readonly string[]): Question {
  return {
    ...{ title, asks, query: reportData, values: { kinds, flag } },
    async answer(tx, range) {
      const rows = await reportData.all(tx, { ...range, flag, kinds: [...kinds] });
      return {
        total: totalOf(rows),
        rows: rows.map((row) => ({
          ...{ userId: row.user_id, tenantId: row.tenant_id, order: row.rows },
          cells: {
            who: row.database_user,
            table: row.target_id ?? '',
            action: row.action,
            why: row.purpose ?? 'not said',
            events: String(row.events),
            rows: String(row.rows),
            'first (UTC)': time(row.first),
            'last (UTC)': time(row.last),
          },
        })),
      };
    },
  };
}

const membershipTables = ['tenancy.tenant_users', 'http.accounts'];
const memberships: Question = {
  title: 'Changes of memberships and accounts',
  asks: 'Who was given, changed or lost the right to work for a tenant or with the console?',
  query: reportMemberships,
  values: { tables: membershipTables },
  async answer(tx, range) {
    const rows = await reportMemberships.all(tx, { ...range, tables: membershipTables });
    return {
      total: totalOf(rows),
      rows: rows.map((row) => ({
        ...{ userId: row.user_id, tenantId: row.tenant_id, order: row.created.getTime() },
        cells: {
          'when (UTC)': time(row.created),
          who: row.database_user,
          action: row.action,
          'which rows': (row.keys ?? []).slice(0, 5).join(', '),
          rows: String(row.row_count ?? ''),
        },
      })),
    };
  },
};

const refusals: Question = {
  title: 'Refused attempts and alarms',
  asks: 'What was tried and refused, by whom, how often? (HIPAA 164.308(a)(5)(ii)(C); SOX section 404)',
  query: reportRefusals,
  values: {},
  async answer(tx, range) {
    const rows = await reportRefusals.all(tx, range);
    return {
      total: totalOf(rows),
      rows: rows.map((row) => ({
        ...{ userId: row.user_id, tenantId: row.tenant_id, order: row.events },
        cells: {
          who: 'nobody',
          what: row.action,
          attempted: row.attempted ?? '',
          times: String(row.events),
          'first (UTC)': time(row.first),
          'last (UTC)': time(row.last),
        },
      })),
    };
  },
};

const breakGlass = operations('Emergency access', 'Who entered a tenant without being its member, and why? (HIPAA 164.312(a)(2)(ii))', [
  'tenancy.break-glass',
]);
const outside = operations('Sessions outside Plinth', 'Which sessions went past the platform, so that what they read is not on record?', [
  'audit.outside-session',
]);
const beginningsOf = (action: string) => operationRules.find(({ begins }) => begins.includes(action))?.begins ?? [];

/** The questions of each regulation, in the order of the report. */
export const questions: Readonly<Record<Regulation, readonly Question[]>> = {
  GDPR: [
    data('Who read personal data', 'Who read data that is classified for the GDPR, and for what purpose? (articles 5(1)(b), 30)', 'GDPR', [
      'access',
    ]),
    data('Who changed personal data', 'Who changed it? (article 5(1)(f))', 'GDPR', ['change']),
    operations('Requests of persons', 'Which exports and erasures were carried out? (articles 15, 17, 20)', beginningsOf('privacy.')),
    operations('Keys', 'What was done with the keys that protect the data? (article 32)', ['crypto.']),
    breakGlass,
    outside,
  ],
  HIPAA: [
    data('Who read health data', 'Who read data that is classified for HIPAA? (164.312(b), 164.528)', 'HIPAA', ['access']),
    data('Who changed health data', 'Who changed it? (164.312(c)(1))', 'HIPAA', ['change']),
    operations('Roles and accounts', 'Who changed who may reach what? (164.308(a)(4))', beginningsOf('access.')),
    memberships,
    refusals,
    breakGlass,
    outside,
  ],
  SOX: [
    operations(
      'Changes of the system',
      'Which changes of schema and configuration were made, by whom? (section 404, change control)',
      beginningsOf('ddl.'),
    ),
    operations('Roles and accounts', 'Who changed who may reach what? (section 404, access control)', beginningsOf('access.')),
    memberships,
    data('Changes of financial data', 'Who changed data that is classified for SOX? (section 302)', 'SOX', ['change']),
    refusals,
    outside,
  ],
};
