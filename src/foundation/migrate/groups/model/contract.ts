import type { Draft } from '../../model/draft.ts';
import { literal } from '../../model/sql-text.ts';
import type { GroupDefinition } from './definition.ts';

/**
 * The migrations that end the old side. The first repeats what completed the new one: done where the group was switched, all of it in
 * a database that is built from the files. Both ask first whether something stands in the way there.
 */
export function contractDrafts(name: string, definition: GroupDefinition): Draft[] {
  const pre = `-- What stands in the way of dropping the old side in this database.\nselect hindrance from migrate.group_hindrances(${literal(name)});\n`;
  const lines = (statements: readonly string[]) => statements.map((statement) => `${statement};\n`).join('');
  const meta = { phase: 'contract', irreversible: 'programs and rows have moved to the new side' };
  const complete: Draft = {
    slug: `complete_${name}`,
    pre,
    up: `-- Done already where the group was switched: the catalog is asked before each statement.\n${lines(definition.finish)}`,
    meta: { ...meta, tx: 'none' },
  };
  const contract: Draft = {
    slug: `contract_${name}`,
    pre,
    up: `${lines(definition.contract)}
update migrate.groups set state = 'contracted', ring = 'all', contracted = now() where name = ${literal(name)};
`,
    meta,
  };
  return [...(definition.finish.length > 0 ? [complete] : []), contract];
}
