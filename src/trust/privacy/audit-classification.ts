import type { Tier } from '../../kernel/index.ts';
import type { Classification } from '../audit/index.ts';
import { privacyErrors } from './errors.ts';
import { parsePlace } from './model/places.ts';
import type { Classification as Held, Registry } from './model/types.ts';

/** What the register knows, as the trail asks for it: by table as `regclass` prints it. */
export function auditClassification(registry: Registry): Required<Classification> {
  const byColumn = async <T>(tier: Tier, table: string, of: (held: Held) => T): Promise<Readonly<Record<string, T>>> => {
    const place = parsePlace(table);
    if (!place) throw privacyErrors.MALFORMED_PLACE({ place: table });
    const held = await registry.ofTable({ tier, schema: place.schema, table: place.table });
    return Object.fromEntries(Object.entries(held).map(([column, one]) => [column, of(one)]));
  };
  return {
    levelsOf: (tier, table) => byColumn(tier, table, ({ level }) => level),
    complianceOf: (tier, table) => byColumn(tier, table, ({ compliance }) => compliance.map((rule) => rule.toUpperCase())),
  };
}
