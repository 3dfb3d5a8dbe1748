import { isTier, type Tier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { type MigrationOptions, phases } from './migration.ts';

/**
 * The `--!` lines at the top of a capability's file: `tiers: oltp, content`, `tx: none`, `requires: source/name`,
 * `irreversible: why`, `phase: backfill`, `probed: true`, and `replaces: source/name, …`, also over several lines.
 *
 * @throws PLINTH_MIGRATE_BAD_OPTION
 */
export function readHeader(
  text: string,
  path: string,
): MigrationOptions & { readonly tiers?: readonly Tier[]; readonly replaces?: readonly string[] } {
  // Most files have none, and all are asked at every start.
  if (!text.startsWith('--!')) return { isTransactional: true, requires: [] };
  let tiers: readonly Tier[] | undefined;
  let isTransactional = true;
  let requires: readonly string[] = [];
  const replaces: string[] = [];
  let irreversible: string | undefined;
  let phase: MigrationOptions['phase'];
  let isProbed = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('--!')) break;
    const [key = '', value = ''] = line
      .slice(3)
      .split(/:(.*)/s, 2)
      .map((part) => part.trim());
    const list = value.split(',').map((item) => item.trim());
    if (key === 'tiers' && list.every(isTier)) tiers = list;
    else if (key === 'tx' && value === 'none') isTransactional = false;
    else if (key === 'requires' && value !== '') requires = list;
    else if (key === 'replaces' && value !== '') replaces.push(...list);
    else if (key === 'phase' && phases.some((one) => one === value)) phase = phases.find((one) => one === value);
    else if (key === 'probed' && value === 'true') isProbed = true;
    else if (key === 'irreversible' && value !== '') irreversible = value;
    else
      throw migrateErrors.BAD_OPTION({
        path,
        option: line.slice(3).trim(),
        allowed:
          'tiers: <tier>, …; tx: none; requires: <source/name>, …; irreversible: <why>; phase: expand, backfill, contract; probed: true; replaces: <source/name>, …',
      });
  }
  return {
    isTransactional,
    requires,
    ...(irreversible && { irreversible }),
    ...(tiers && { tiers }),
    ...(phase && { phase }),
    ...(isProbed && { isProbed }),
    ...(replaces.length > 0 && { replaces }),
  };
}
