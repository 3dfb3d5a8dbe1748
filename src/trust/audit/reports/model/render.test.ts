import { expect, test } from 'vitest';
import { type Report, renderHtml, renderMarkdown, type Section } from './render.ts';

const section: Section = {
  title: 'Who read',
  question: 'Art. 30?',
  sql: "select 'a' < 'b'",
  columns: ['who', 'why'],
  rows: [['ann', '<script>alert(1)</script> | "x"\nnext']],
  total: 3,
  databases: ['shop'],
};
const report: Report = {
  title: 'GDPR & more',
  from: new Date('2026-01-01'),
  to: new Date('2026-02-01'),
  made: new Date('2026-02-02T03:04:05Z'),
  statements: ['The chain is whole.'],
  sections: [section, { ...section, title: 'Empty', rows: [], total: 0 }],
};

test('[I25] in Markdown no value breaks the table it stands in', () => {
  const text = renderMarkdown(report);
  expect(text).toContain('# GDPR & more\n\nFrom 2026-01-01 to 2026-02-01, made 2026-02-02T03:04:05.000Z.\n\n- The chain is whole.\n');
  expect(text).toContain('| who | why |\n| --- | --- |\n| ann | &lt;script>alert(1)&lt;/script> \\| "x" next |\n\n2 more');
  expect(text).toContain("```sql\nselect 'a' < 'b'\n```");
  expect(text).toContain('## Empty\n\nArt. 30?\n\nNothing in this time.');
});

test('[I25] in HTML no value is markup, and nothing is loaded', () => {
  const html = renderHtml(report);
  expect(html).not.toContain('<script>');
  expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  expect(html).toContain('<title>GDPR &#38; more</title>');
  expect(html).not.toMatch(/\b(?:src|href)=|url\(/);
});
