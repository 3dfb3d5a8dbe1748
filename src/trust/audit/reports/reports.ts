import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import { type Clock, nilUuid } from '../../../kernel/index.ts';
import { readNames } from '../answers/index.ts';
import type { Regulation } from '../model/regulations.ts';
import { outsideSessions } from '../operations/index.ts';
import { type Report, renderHtml, renderMarkdown, type Section } from './model/render.ts';
import { type AnswerRow, type Question, questions } from './sections.ts';

export interface ReportRequest {
  readonly regulation: Regulation;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly format: 'markdown' | 'html';
}

export interface Reports {
  /** What the trail says to the questions of a regulation, each with the statement that anybody may run to check it. */
  report(request: ReportRequest): Promise<string>;
}

export interface ReportsDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  /** Whether the chain is whole, in a sentence. */
  chain(): Promise<string>;
}

const mostRows = 200;

export function openReports(deps: ReportsDeps): Reports {
  return {
    async report({ regulation, from, to, format }) {
      const sections: Section[] = [];
      for (const question of questions[regulation]) sections.push(await ask(deps.connect, question, { from, to }));
      const report: Report = {
        title: `Audit report: ${regulation}`,
        ...{ from, to, made: deps.clock.now(), sections },
        statements: [await deps.chain(), await coverage(deps.connect)],
      };
      return format === 'html' ? renderHtml(report) : renderMarkdown(report);
    },
  };
}

async function ask(connect: Connect, question: Question, range: { readonly from: Date; readonly to: Date }): Promise<Section> {
  const tiers = distinctDatabases(connect);
  const answers = await Promise.all(
    tiers.map((tier) =>
      connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'audit.report', deadlineMs: 60_000 }, (tx) =>
        question.answer(tx, { ...range, limit: mostRows }),
      ),
    ),
  );
  const rows = answers
    .flatMap((answer) => answer.rows)
    .sort((a, b) => b.order - a.order)
    .slice(0, mostRows);
  const named = await name(connect, rows);
  return {
    title: question.title,
    question: question.asks,
    sql: evidenceOf(question, range),
    columns: Object.keys(named[0] ?? {}),
    rows: named.map((cells) => Object.values(cells)),
    total: answers.reduce((sum, { total }) => sum + total, 0),
    databases: tiers.map((tier) => connect.databaseKey(tier)),
  };
}

/** The statement with what it was given, for whoever wants to see for himself. */
function evidenceOf({ query, values }: Question, range: { readonly from: Date; readonly to: Date }): string {
  const given = { from: range.from.toISOString(), to: range.to.toISOString(), ...values, limit: mostRows };
  return `-- ${JSON.stringify(given)}\n${query.text}`;
}

async function name(connect: Connect, rows: readonly AnswerRow[]): Promise<Readonly<Record<string, string>>[]> {
  const tenantsOf = (row: AnswerRow) => (row.tenantId === undefined || row.tenantId === nilUuid ? [] : [row.tenantId]);
  const names = await readNames(connect, { users: rows.flatMap(({ userId }) => userId ?? []), tenants: rows.flatMap(tenantsOf) });
  return rows.map((row) => {
    const [tenant] = tenantsOf(row);
    const { who: login = '', ...cells } = row.cells;
    const who = row.userId ? (names.users.get(row.userId) ?? row.userId) : login;
    const { 'when (UTC)': when, ...others } = cells;
    return {
      ...(when !== undefined && { 'when (UTC)': when }),
      who,
      tenant: tenant ? (names.tenants.get(tenant) ?? tenant) : '',
      ...others,
    };
  });
}

async function coverage(connect: Connect): Promise<string> {
  const sessions = await outsideSessions(connect);
  const logins = [...new Set(sessions.map(({ databaseUser, isPowerful }) => `${databaseUser}${isPowerful ? ' (may act as owner)' : ''}`))];
  const now = sessions.length === 0 ? 'none is open now' : `open now: ${sessions.length}, by ${logins.join(', ')}`;
  return `On record is what goes through Plinth, and changes of tracked tables and of the schema whoever makes them. What other sessions read is not, nor are log-ins the server itself refused: ${now}; those seen before are listed below.`;
}
