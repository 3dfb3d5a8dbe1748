import { readStatements } from '../../parse/index.ts';
import { isWaived, type LintSettings, objectionsOf } from '../lint-file.ts';
import type { Schema } from '../schema/index.ts';
import type { LintedFile } from '../types.ts';
import { fixes } from './fixes.ts';
import type { Edit, FollowUp } from './types.ts';

export interface FixedFile {
  readonly text: string;
  readonly isTransactional: boolean;
  readonly followUps: readonly FollowUp[];
  /** Ids of rules that nothing is left of, in order. */
  readonly fixed: readonly string[];
}

const maxPasses = 500;

/** Edits from the end, so that those before keep their offsets. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let bytes = Buffer.from(text);
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => b.start - a.start)) {
    bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]);
  }
  return bytes.toString();
}

/**
 * Fixes a file until nothing is left that can be: one flaw at a time, and the file is judged anew after each. `schemaBefore`
 * gives what the database has before it. What was allowed stays as it is.
 */
export async function fixFile(file: LintedFile, schemaBefore: () => Schema, settings: LintSettings): Promise<FixedFile> {
  let { text, isTransactional } = file;
  const followUps: FollowUp[] = [];
  const fixed: string[] = [];
  for (let pass = 0; pass < maxPasses; pass++) {
    const now = { ...file, text, isTransactional };
    const statements = await readStatements(file.path, text);
    // A name first: without one nothing can be moved.
    const objections = objectionsOf(now, statements, schemaBefore(), settings).filter((one) => fixes[one.rule.id] && !isWaived(one));
    objections.sort((a, b) => Number(b.rule.id === 'L07') - Number(a.rule.id === 'L07'));
    let isChanged = false;
    for (const objection of objections) {
      const fix = await fixes[objection.rule.id]?.({ ...objection, file: now, statements, server: settings.server });
      if (!fix) continue;
      text = applyEdits(text, fix.edits);
      if (fix.leavesTransaction) isTransactional = false;
      if (fix.followUp) followUps.push(fix.followUp);
      fixed.push(objection.rule.id);
      isChanged = true;
      break;
    }
    if (!isChanged) break;
  }
  return { text, isTransactional, followUps, fixed };
}
