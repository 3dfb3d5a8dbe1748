import { describe, expect, test } from 'vitest';
import { columnTemplates } from '../templates/model/columns.ts';
import { objectTemplates } from '../templates/model/objects.ts';
import { ruleTemplates } from '../templates/model/rules.ts';
import { tableTemplates } from '../templates/model/tables.ts';
import { cases, given } from './cases/index.ts';
import { lintText } from './cases/lint-text.ts';
import { rules } from './rules/index.ts';
import type { Finding } from './types.ts';

const ids = (findings: readonly Finding[]) => [...new Set(findings.filter(({ waived }) => waived === undefined).map(({ id }) => id))];
const history = (after = '') => `${given}\n${after.replace('concurrently', '')}`;
const judged = cases.filter(({ rule }) => rule !== 'W00');

// What depends on the transaction is no trouble outside of one, and the other way round.
const transactional = ['L02', 'L33', 'L37', 'L38', 'L39', 'L43', 'L57', 'L63'];
// About a type, a schema, a setting or rows: no table of the migration itself is changed.
const withoutTable = ['L02', 'L30', 'L31', 'L32', 'L33', 'L48', 'L55', 'L61', 'L64', 'L65', 'L67', 'W01', 'W02', 'W03'];

test('[I20] every rule has an example, or looks at more than one file', () => {
  const shown = new Set(cases.map(({ rule }) => rule));
  expect(rules.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual(['L45', 'L72', 'L74']);
  expect(cases.length).toBe(shown.size);
});

test('[I20] a recipe that a rule names can be made', () => {
  const made = new Set(Object.keys({ ...tableTemplates, ...columnTemplates, ...ruleTemplates, ...objectTemplates }));
  expect(rules.flatMap(({ template }) => (template && !made.has(template) ? [template] : []))).toEqual([]);
});

describe.each(judged)('$rule', ({ rule, bad, good, after }) => {
  test('[I20] finds what is bad and leaves what is good', async () => {
    expect(ids(await lintText(bad, { before: history(after) }))).toContain(rule);
    expect(ids(await lintText(good, { before: history(after) }))).not.toContain(rule);
  });

  test('[I20] is the same with quoted names beyond ASCII, and points at them', async () => {
    const rename = (text: string) =>
      text
        .replace(/\bapp\.(items|notes|orders|events|parents)\b/g, (_, name) => `app."Größen ""${name}"" ☃"`)
        .replace(/^(?=(alter|create|drop|update|insert))/gm, '/* 𝒢𝓇ö𝓈𝓈𝑒 */ ');
    if (rule === 'L68' || rule === 'L66' || rule === 'L08') return;
    const findings = await lintText(rename(bad), { before: rename(history(after)) });
    expect(ids(findings)).toContain(rule);
    for (const { line, column, excerpt } of findings) {
      const [shown = '', caret = ''] = excerpt.split('\n');
      const written = rename(bad).split('\n')[line - 1] ?? '';
      expect(written.length).toBeGreaterThanOrEqual(column - 1);
      expect(Array.from(shown).length).toBeGreaterThanOrEqual(Array.from(caret).length - 1);
    }
    expect(ids(await lintText(rename(good), { before: rename(history(after)) }))).not.toContain(rule);
  });

  test('[I20] knows what depends on the transaction', async () => {
    const turned = ids(
      await lintText(bad.replace('--! tx: none\n', ''), { before: history(after), isTransactional: bad.startsWith('--!') }),
    );
    if (transactional.includes(rule)) expect(turned).not.toContain(rule);
    else expect(turned).toContain(rule);
  });

  test('[I20] is silent about tables of the same migration unless it is about their shape', async () => {
    const isForNewTables = rules.find(({ id }) => id === rule)?.isForNewTables ?? false;
    if (isForNewTables || withoutTable.includes(rule)) return;
    const text = `${history(after)}\n${bad.replace('--! tx: none\n', '')}`;
    const own = await lintText(text, { before: '' });
    const line = history(after).split('\n').length + 1;
    expect(own.filter((finding) => finding.id === rule && finding.line >= line)).toEqual([]);
  });
});
