import { type Case, given } from './case.ts';
import { changeCases } from './changes.ts';
import { lockCases } from './locks.ts';

export { type Case, given };

/** One example for each rule that can be shown in one file. */
export const cases: readonly Case[] = [...lockCases, ...changeCases].sort((a, b) => (a.rule < b.rule ? -1 : 1));
