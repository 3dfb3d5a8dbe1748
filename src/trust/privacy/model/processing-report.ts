import { type Category, isPersonal, ruleOf } from './categories.ts';
import { writePlace } from './places.ts';
import {
  classificationLevels,
  type LegalBasis,
  type MappedTable,
  type ProcessedTable,
  type ProcessingRecord,
  type ProcessingReport,
  type TablePlace,
} from './types.ts';

const keyOf = ({ schema, table }: TablePlace) => JSON.stringify([schema, table]);

/**
 * Activities with the kinds of data that are in their tables, and tables with personal data that no activity names. Tables are the same
 * by schema and name: an activity may name a tier that shares its database with another.
 */
export function reportOf(records: readonly ProcessingRecord[], mapped: readonly MappedTable[]): ProcessingReport {
  const byKey = new Map(mapped.map((table) => [keyOf(table.place), table]));
  const recorded = new Set(records.flatMap(({ tables }) => tables.map(keyOf)));
  return {
    activities: records.map((record) => ({ ...record, tables: record.tables.map((place) => processed(place, byKey.get(keyOf(place)))) })),
    unrecorded: mapped
      .filter(({ place, isView }) => !isView && !recorded.has(keyOf(place)))
      .map((table) => processed(table.place, table))
      .filter(({ categories }) => categories.length > 0),
  };
}

function processed(place: TablePlace, table: MappedTable | undefined): ProcessedTable {
  const held = (table?.columns ?? []).flatMap(({ classification }) => classification ?? []);
  const categories = held.flatMap(({ category }) => (category && isPersonal(category) ? [category] : []));
  const level = classificationLevels[Math.max(-1, ...held.map((one) => classificationLevels.indexOf(one.level)))];
  const years = held.flatMap(({ retentionYears }) => retentionYears ?? []);
  return {
    place,
    categories: [...new Set(categories)].sort(),
    ...(level && { level }),
    ...(years.length > 0 && { retentionYears: Math.max(...years) }),
  };
}

const bases: Readonly<Record<LegalBasis, string>> = {
  consent: 'consent, Art. 6(1)(a)',
  contract: 'performance of a contract, Art. 6(1)(b)',
  legal_obligation: 'legal obligation, Art. 6(1)(c)',
  vital_interests: 'vital interests, Art. 6(1)(d)',
  public_task: 'task in the public interest, Art. 6(1)(e)',
  legitimate_interests: 'legitimate interests, Art. 6(1)(f)',
};

const listed = (items: readonly string[]) => (items.length > 0 ? items.join(', ') : 'none');
const labels = (categories: readonly Category[]) => listed(categories.map((category) => ruleOf(category).label));
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The report for people who have to show it, as Markdown. */
export function renderReport({ activities, unrecorded }: ProcessingReport, madeOn: Date): string {
  const rows = (tables: readonly ProcessedTable[]) =>
    tables.map(
      ({ place, categories, level, retentionYears }) =>
        `| \`${cell(writePlace(place))}\` | ${cell(labels(categories))} | ${level ?? 'not classified'} | ${retentionYears === undefined ? 'as stated' : `${retentionYears} years`} |`,
    );
  const head = ['| table | personal data | level | kept |', '| --- | --- | --- | --- |'];
  const sections = activities.flatMap((one) => [
    `## ${one.name}`,
    '',
    `- **Purpose**: ${one.purpose}`,
    `- **Legal basis**: ${bases[one.legalBasis]}`,
    `- **Data subjects**: ${listed(one.dataSubjects)}`,
    `- **Categories of data**: ${labels([...new Set(one.tables.flatMap(({ categories }) => categories))].sort())}`,
    `- **Recipients**: ${listed(one.recipients)}`,
    `- **Transfers to third countries**: ${listed(one.transfers)}${one.safeguards ? ` (${one.safeguards})` : ''}`,
    `- **Erasure**: ${one.retention ?? 'as the tables say'}`,
    `- **Measures**: ${one.measures ?? 'those of the platform: row security per tenant, audit trail, encryption by classification'}`,
    '',
    ...head,
    ...rows(one.tables),
    '',
  ]);
  const missing = unrecorded.length > 0 ? ['## Personal data without an activity', '', ...head, ...rows(unrecorded), ''] : [];
  return [
    '# Record of processing activities',
    '',
    `Article 30 GDPR. Made ${madeOn.toISOString().slice(0, 10)}.`,
    '',
    ...sections,
    ...missing,
  ].join('\n');
}
