import { isTier } from '../../../../kernel/index.ts';
import { renameErrors } from '../errors.ts';
import type { RenameMap } from '../types.ts';

/** Checks a map that came from a file. @throws PLINTH_MIGRATE_RENAME_MAP */
export function readMap(path: string, text: string): RenameMap {
  const refuse = (problem: string) => renameErrors.RENAME_MAP({ path, problem });
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (!isRecord(map)) throw refuse('it is not an object');
  const { name, suffix, columns = {}, tiers, ...rest } = map;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw refuse(`"${unknown}" is not known; known are name, suffix, columns, tiers`);
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_]*$/.test(name)) throw refuse('"name" has to be words joined by "_"');
  if (suffix !== undefined && typeof suffix !== 'string') throw refuse('"suffix" has to be text');
  if (!isTexts(columns)) throw refuse('"columns" has to be old name: new name');
  if (!isRecord(tiers)) throw refuse('"tiers" is missing');
  for (const [tier, part] of Object.entries(tiers)) {
    if (!isTier(tier)) throw refuse(`"${tier}" is no tier`);
    if (!isRecord(part) || !isNames(part.schemas)) throw refuse(`"schemas" of ${tier} has to be a list of names`);
    if (part.tables !== undefined && !isTexts(part.tables)) throw refuse(`"tables" of ${tier} has to be old name: new name`);
    for (const merge of (part.merges ?? []) as unknown[]) {
      const isMerge = isRecord(merge) && typeof merge.source === 'string' && typeof merge.into === 'string';
      if (!isMerge || !isTexts(merge.key) || !isTexts(merge.values) || !isNames(merge.content)) {
        throw refuse(`a merge of ${tier} needs source, into, key, values and content`);
      }
      const known = new Set([...Object.keys(merge.key), ...Object.keys(merge.values)]);
      const stray = merge.content.find((column) => !known.has(column));
      if (stray !== undefined) throw refuse(`the merge of ${String(merge.source)} compares ${stray}, which it does not fill`);
    }
  }
  return map as unknown as RenameMap;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((item) => typeof item === 'string');
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');
