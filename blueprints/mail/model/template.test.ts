import { expect, test } from 'vitest';
import { render } from './template.ts';

const fields = { first_name: 'Ann', last_name: 'Lee', title: 'CTO', company: 'Amber Works', custom: { size: 12, note: '{{title}}' } };

test('fills fields of the lead and the own ones of the tenant', () => {
  expect(render('{{first_name}} {{ last_name }}, {{custom.size}} people', fields)).toEqual({ text: 'Ann Lee, 12 people', unknown: [] });
});

test('does not look for placeholders in what a field holds', () => {
  expect(render('{{custom.note}}', fields).text).toBe('{{title}}');
});

test('names what it does not know and leaves it out', () => {
  expect(render('Dear {{nickname}}{{custom.colour}}!', fields)).toEqual({ text: 'Dear !', unknown: ['nickname', 'custom.colour'] });
});
