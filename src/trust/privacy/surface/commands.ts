import { writeFile } from 'node:fs/promises';
import { type CommandDescriptor, type CommandInput, type CommandResult, type Tier, Type, tiers } from '../../../kernel/index.ts';
import { type Category, categoryNames } from '../model/categories.ts';
import { writePlace } from '../model/places.ts';
import {
  type Classification,
  type ClassificationLevel,
  classificationLevels,
  type Finding,
  type MappedTable,
  type PlaceFilter,
  type Privacy,
} from '../model/types.ts';

const privacyOf = (input: CommandInput) => input.use<Privacy>('privacy');
// Something was found that somebody has to decide about.
const findingsExitCode = 1;

const placeFlags = {
  tier: Type.Optional(
    Type.Union(
      tiers.map((tier) => Type.Literal(tier)),
      { description: 'Only tables of this tier.' },
    ),
  ),
  schema: Type.Optional(Type.String({ description: 'Only tables of this schema.' })),
  table: Type.Optional(Type.String({ description: 'Only tables of this name.' })),
};

function onlyOf(flags: CommandInput['flags']): PlaceFilter {
  const { tier, schema, table } = flags as { tier?: Tier; schema?: string; table?: string };
  return { ...(tier && { tier }), ...(schema !== undefined && { schema }), ...(table !== undefined && { table }) };
}

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'privacy scan',
    summary: 'Find personal and secret data by names of columns and sampled values, and record what was found.',
    description:
      'Reads a sample of each table as the owner, one table of a database at a time, and prints no value. Findings go into privacy.data_classification as `auto`; what somebody decided is never overwritten.',
    needs: 'migrated',
    flags: Type.Object(placeFlags),
    async run(input) {
      const result = await privacyOf(input).scan({
        only: onlyOf(input.flags),
        signal: input.signal,
        onProgress: (line) => input.progress(line),
      });
      return { data: result, table: findingsTable(result.findings) };
    },
  },
  {
    name: 'privacy check',
    summary: 'Report columns that look personal or secret and are not classified; for CI.',
    description:
      'Judges by names, so it needs no rows; --values looks at samples too. Exits with 1 when a confidential or restricted column is neither decided about (privacy.classify in a migration) nor recorded by a scan.',
    needs: 'migrated',
    flags: Type.Object({
      ...placeFlags,
      values: Type.Optional(Type.Boolean({ description: 'Look at sampled values too.' })),
      strict: Type.Optional(Type.Boolean({ description: 'Every column that can hold text, JSON or bytes needs a classification.' })),
    }),
    async run(input) {
      const { values = false, strict = false } = input.flags as { values?: boolean; strict?: boolean };
      const request = { only: onlyOf(input.flags), isSampled: values, isStrict: strict, signal: input.signal };
      const result = await privacyOf(input).check({ ...request, onProgress: (line) => input.progress(line) });
      const isClean = result.unclassified.length + result.undecided.length === 0;
      const lines = [
        ...result.unclassified.map(({ place, level, reason }) => `${writePlace(place)} looks ${level}: ${reason}`),
        ...result.undecided.map((place) => `${writePlace(place)} can hold anything and is not classified`),
        ...result.gone.map((place) => `${writePlace(place)} is classified but not there any more`),
        isClean
          ? 'Every column that looks personal or secret is classified.'
          : "Decide in a migration: select privacy.classify('oltp', 'schema.table', '{\"column\": \"email\"}'), or: plinth privacy classify <column> <level>.",
      ];
      return { data: result, text: lines.join('\n'), exitCode: isClean ? 0 : findingsExitCode };
    },
  },
  {
    name: 'privacy classify',
    summary: 'Decide how a column or a whole table is classified.',
    description: `Levels: ${classificationLevels.join(', ')}. Instead of a level a category may be named, which says the level: ${categoryNames.join(', ')}. Example: plinth privacy classify oltp:shop.orders.note restricted --reason "free text of customers"`,
    needs: 'migrated',
    arguments: [
      { name: 'place', meaning: '[tier:]schema.table[.column]' },
      { name: 'as', meaning: 'level or category; without one it shows what is known', isOptional: true },
    ],
    flags: Type.Object({
      reason: Type.Optional(Type.String({ minLength: 1, description: 'Why; kept with the decision.' })),
      category: Type.Optional(
        Type.Union(
          categoryNames.map((name) => Type.Literal(name)),
          { description: 'What it is, beside a level of its own.' },
        ),
      ),
      sensitivity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, description: '1 harmless to 10 ruinous.' })),
      encrypt: Type.Optional(Type.Boolean({ description: 'It has to be stored encrypted.' })),
      retentionYears: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'How long it may be kept.' })),
      compliance: Type.Optional(Type.String({ description: 'Rules that apply, separated by commas.' })),
      confirm: Type.Optional(Type.Boolean({ description: 'Decide what the scan found.' })),
      forget: Type.Optional(Type.Boolean({ description: 'Remove what is known; the next scan looks again.' })),
    }),
    run: classify,
  },
  {
    name: 'privacy map',
    summary: 'Show which tables hold what kinds of data.',
    needs: 'migrated',
    flags: Type.Object(placeFlags),
    async run(input) {
      const { tier, schema, table } = onlyOf(input.flags);
      const tables = (await privacyOf(input).map()).filter(
        ({ place }) => (!tier || place.tier === tier) && (!schema || place.schema === schema) && (!table || place.table === table),
      );
      return {
        data: { tables },
        table: { columns: ['column', 'level', 'category', 'from', 'sure', 'why'], rows: tables.flatMap(mapRows) },
      };
    },
  },
  {
    name: 'privacy report',
    summary: 'Write the record of processing activities (article 30 GDPR).',
    description:
      'Activities are declared in migrations with privacy.record_processing(). Exits with 1 when a table with personal data belongs to none.',
    needs: 'migrated',
    flags: Type.Object({ out: Type.Optional(Type.String({ description: 'File for the Markdown.' })) }),
    async run(input) {
      const { renderReport } = await import('../model/processing-report.ts');
      const report = await privacyOf(input).records.report();
      const text = renderReport(report, new Date());
      const { out } = input.flags as { out?: string };
      if (out !== undefined) await writeFile(out, text);
      return {
        data: report,
        text: out === undefined ? text : `Wrote ${out}.`,
        exitCode: report.unrecorded.length > 0 ? findingsExitCode : 0,
      };
    },
  },
];

async function classify(input: CommandInput): Promise<CommandResult> {
  const { registry } = privacyOf(input);
  const { privacyErrors } = await import('../errors.ts');
  const place = await registry.find(input.args.place as string);
  const { as } = input.args as { as?: string };
  const { reason, category, confirm, forget, compliance, encrypt, ...given } = input.flags as {
    reason?: string;
    category?: Category;
    sensitivity?: number;
    encrypt?: boolean;
    retentionYears?: number;
    compliance?: string;
    confirm?: boolean;
    forget?: boolean;
  };
  if (forget) {
    await registry.forget(place);
    return { data: { place }, text: `Forgot ${writePlace(place)}.` };
  }
  if (confirm) {
    const confirmed = await registry.confirm(place);
    return { data: { confirmed }, text: confirmed.map(inWords).join('\n') };
  }
  if (as === undefined) {
    const known = (await registry.list(place)).filter((one) => place.column === undefined || one.place.column === place.column);
    return { data: { known }, text: known.map(inWords).join('\n') || `Nothing is known about ${writePlace(place)}.` };
  }
  const isLevel = (classificationLevels as readonly string[]).includes(as);
  const kind = isLevel ? category : (as as Category);
  if (!isLevel && !categoryNames.includes(as as Category)) {
    const remedy = `Levels are ${classificationLevels.join(', ')}; categories are ${categoryNames.join(', ')}`;
    throw privacyErrors.REFUSED({ problem: `${JSON.stringify(as)} is neither a level nor a category`, remedy: `${remedy}.` });
  }
  return decided(
    await registry.classify({
      place,
      ...(isLevel && { level: as as ClassificationLevel }),
      ...(kind && { category: kind }),
      ...given,
      ...(encrypt !== undefined && { isEncryptionRequired: encrypt }),
      ...(compliance !== undefined && { compliance: compliance.split(',').map((rule) => rule.trim()) }),
      reason: reason ?? 'decided on the command line',
    }),
  );
}

const decided = (one: Classification): CommandResult => ({ data: one, text: inWords(one) });

const inWords = ({ place, level, category, sensitivity, source, confidence, reason }: Classification) =>
  `${writePlace(place)} is ${level}${category ? ` (${category})` : ''}, sensitivity ${sensitivity}, ${source === 'manual' ? 'decided' : `found, ${confidence} sure`}: ${reason}`;

const findingsTable = (findings: readonly Finding[]) => ({
  columns: ['column', 'level', 'category', 'sure', 'why', 'examples'],
  rows: findings.map((one) => [writePlace(one.place), one.level, one.category, one.confidence, one.reason, one.examples.join(' ')]),
});

const mapRows = ({ place, columns }: MappedTable) =>
  columns.flatMap(({ name, classification: one, from }) =>
    one
      ? [
          [
            writePlace({ ...place, column: name }),
            one.level,
            one.category ?? '',
            from ? writePlace(from) : one.source,
            one.confidence,
            one.reason,
          ],
        ]
      : [],
  );
