import type { ScannedColumn, ScannedTable } from '../model/catalog.ts';
import { ruleOf } from '../model/categories.ts';
import { judgeName } from '../model/names/judge-name.ts';
import { isAboutPeople } from '../model/people.ts';
import { elementSeparator } from '../model/sample.ts';
import type { Finding } from '../model/types.ts';
import { judge, type Verdict } from '../model/verdict.ts';
import type { Examine, Sample } from '../recognise/index.ts';

/** Values of a table's columns by name; absent where none were read. */
export type TableSample = ReadonlyMap<string, Sample>;

/** What a table's columns hold, by their names and, where they were read, their values. */
export function judgeTable(table: ScannedTable, sample: TableSample, examine: Examine): readonly Finding[] {
  const isPersonal = isAboutPeople(table.place.table);
  return table.columns.flatMap((column) => {
    const verdict = judgeColumn(table.place.table, column, sample.get(column.name), isPersonal, examine);
    if (!verdict) return [];
    return [{ place: { ...table.place, column: column.name }, level: ruleOf(verdict.category).level, ...verdict }];
  });
}

function judgeColumn(
  table: string,
  column: ScannedColumn,
  values: Sample | undefined,
  isPersonal: boolean,
  examine: Examine,
): Verdict | undefined {
  const name = judgeName(table, column.name, column.holds);
  if (!values) return judge(name, undefined, isPersonal);
  if (column.holds === 'json') return surest([judge(name, undefined, isPersonal), ...judgeKeys(column.name, values, isPersonal, examine)]);
  const elements = column.isArray ? values.flatMap((value) => value?.split(elementSeparator) ?? []) : values;
  return judge(name, examine(elements), isPersonal);
}

// A member with a text or a number, wherever it is nested; the text may have been cut off behind it.
const member = /"((?:[^"\\]|\\.){1,60})"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d[\d.]*))/g;

/** The keys of JSON are judged as columns of their own. */
function judgeKeys(column: string, documents: Sample, isPersonal: boolean, examine: Examine): Verdict[] {
  const byKey = new Map<string, string[]>();
  for (const document of documents) {
    for (const [, key = '', text, number] of document?.matchAll(member) ?? []) {
      const values = byKey.get(key) ?? [];
      values.push(text ?? number ?? '');
      byKey.set(key, values);
    }
  }
  return Array.from(byKey, ([key, values]) => {
    const verdict = judge(judgeName(column, key, 'text'), examine(values), isPersonal);
    return verdict && { ...verdict, reason: `key "${key}": ${verdict.reason}` };
  }).filter((verdict) => verdict !== undefined);
}

/** Of a document that holds several things, the one that asks for most care. */
function surest(verdicts: readonly (Verdict | undefined)[]): Verdict | undefined {
  const rank = ({ category, confidence }: Verdict) => ruleOf(category).sensitivity + confidence;
  return verdicts.filter((verdict) => verdict !== undefined).toSorted((a, b) => rank(b) - rank(a))[0];
}
