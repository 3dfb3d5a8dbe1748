import { defineErrors } from '../../../kernel/index.ts';

export const templateErrors = defineErrors('MIGRATE', {
  TEMPLATE_UNKNOWN: {
    exitCode: 2,
    message: (d: { template: string; templates: readonly string[] }) =>
      `There is no template "${d.template}". Templates are ${d.templates.join(', ')}.`,
  },
  TEMPLATE_USAGE: {
    exitCode: 2,
    message: (d: { problem: string; usage: string }) => `${d.problem}. Usage: plinth migrate new ${d.usage}`,
  },
  TEMPLATE_NEEDS_TABLE: {
    exitCode: 2,
    message: (d: { table: string; tier: string }) =>
      `${d.table} is not in the database of ${d.tier}, and this template has to look at it. Apply what is pending ("plinth migrate up"), or correct the name (schema.table).`,
  },
  TEMPLATE_NO_COLUMN: {
    exitCode: 2,
    message: (d: { table: string; column: string; columns: readonly string[] }) =>
      `${d.table} has no column ${d.column}. It has ${d.columns.join(', ')}.`,
  },
  HARDEN_APPLIED: {
    exitCode: 2,
    message: (d: { id: string; path: string }) =>
      `${d.id} was begun or applied in a database, and what was applied keeps its bytes. Leave ${d.path} as it is; where its objects may be there without the record of them, "plinth migrate baseline" takes them over.`,
  },
  TEMPLATE_REFUSED: {
    exitCode: 2,
    message: (d: { what: string; why: string; remedy: string }) => `${d.what}: ${d.why}. ${d.remedy}`,
  },
});
