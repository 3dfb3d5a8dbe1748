import type { Masker } from '../../tenancy/index.ts';
import { readCatalog } from '../catalog/index.ts';
import { maskedExpression, planMasks } from '../masking/index.ts';
import type { CheckResult } from '../model/types.ts';
import { bindSeed, type CopyDeps, seedOfCopy } from './copy-database.ts';
import { anonymizeErrors } from './errors.ts';

/** Masks by the register, as anonymous copies are. `check` tells what looks personal and was never decided about. */
export function openMasker({ connect, registry, check }: CopyDeps & { readonly check: () => Promise<CheckResult> }): Masker {
  return {
    async expressions(tx, tier, seed) {
      const { unclassified } = await check();
      if (unclassified.length > 0) throw anonymizeErrors.UNDECIDED({ places: unclassified.map(({ place }) => place) });
      const { tables, foreignKeys } = await readCatalog(tx, []);
      const classified = (await registry.list()).filter(({ place }) => connect.databaseKey(place.tier) === connect.databaseKey(tier));
      await bindSeed(tx, seed);
      return new Map(
        planMasks(tables, foreignKeys, classified, {}).map(({ schema, table, masked }) => {
          const name = `${schema}.${table}`;
          const columns = masked.flatMap(({ facts, mask, category }) => {
            if (mask === 'keep' || facts.isGenerated) return [];
            const expression = maskedExpression(facts, mask, category, seedOfCopy);
            if (expression === undefined) throw anonymizeErrors.CANNOT_MASK({ table: name, column: facts.name, type: facts.type, mask });
            return [[facts.name, expression] as const];
          });
          return [name, new Map(columns)] as const;
        }),
      );
    },
  };
}
