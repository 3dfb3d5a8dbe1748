import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import type { Masker } from '../../tenancy/index.ts';
import { readCatalog } from '../catalog/index.ts';
import { maskedExpression, planMasks } from '../masking/index.ts';
import type { CheckResult } from '../model/types.ts';
import { bindSeed, type CopyDeps, seedOfCopy } from './copy-database.ts';
import { anonymizeErrors } from './errors.ts';
import { listChoices } from './sql/queries/queries.gen.ts';

/** Masks by the register, as anonymous copies are. `check` tells what looks personal and was never decided about. */
export function openMasker({ connect, registry, check }: CopyDeps & { readonly check: () => Promise<CheckResult> }): Masker {
  return {
    async expressions(tx, tier, seed) {
      const { unclassified } = await check();
      if (unclassified.length > 0) throw anonymizeErrors.UNDECIDED({ places: unclassified.map(({ place }) => place) });
      const { tables, foreignKeys } = await readCatalog(tx, []);
      const classified = (await registry.list()).filter(({ place }) => connect.databaseKey(place.tier) === connect.databaseKey(tier));
      const choices = new Map((await listChoices.all(tx, {})).map((row) => [`${row.table} ${row.column}`, row.choice]));
      await bindSeed(tx, seed);
      return new Map(
        planMasks(tables, foreignKeys, classified, {}).map(({ schema, table, masked }) => {
          const name = `${schema}.${table}`;
          const columns = masked.flatMap(({ facts, mask, category }) => {
            if (mask === 'keep' || facts.isGenerated) return [];
            const choice = choices.get(`${name} ${facts.name}`);
            // Of a list of words one is as good as another, and nothing else is taken.
            if (choice !== undefined) {
              const column = `t.${quoteIdentifier(facts.name)}`;
              return [
                [
                  facts.name,
                  `case when ${column} is not null then ${quoteLiteral(choice.replaceAll("''", "'"))}::${facts.type} end`,
                ] as const,
              ];
            }
            const first = maskedExpression(facts, mask, category, seedOfCopy);
            // Asked twice, for the rows and for their hash, it has to give the same: what is made up anew each time does not.
            const expression = first?.includes('gen_random_uuid') ? maskedExpression(facts, 'hash', category, seedOfCopy) : first;
            if (expression === undefined) throw anonymizeErrors.CANNOT_MASK({ table: name, column: facts.name, type: facts.type, mask });
            return [[facts.name, expression] as const];
          });
          return [name, new Map(columns)] as const;
        }),
      );
    },
  };
}
