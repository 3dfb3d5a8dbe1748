import { type Category, ruleOf } from '../categories.ts';
import type { ValueClass } from '../types.ts';
import { countingWords, type NameRule, nameRules, trailingWords } from './rules.ts';
import { wordsOf } from './words.ts';

/** What the name of a column speaks for. */
export interface NameEvidence {
  /** `none`: the name says that it is not what its last word may sound like. */
  readonly category: Category | 'none';
  /** 0–1. */
  readonly weight: number;
  /** The words that said so. */
  readonly phrase: string;
}

/** From here on a name suffices. */
export const sufficient = 0.5;

/** A phrase as it is looked up; `privacy.name_rules` has the same rows. */
export interface CompiledRule extends NameEvidence {
  readonly holds: readonly ValueClass[];
}

const trailing = new Set(trailingWords);
const longestPhrase = 5;

/** The rules by phrase, each also written without spaces. The first that names a phrase has it. */
export const compiledRules: ReadonlyMap<string, CompiledRule> = compile(nameRules);

function compile(rules: readonly NameRule[]): ReadonlyMap<string, CompiledRule> {
  const compiled = new Map<string, CompiledRule>();
  for (const { category, weight, also = [], phrases } of rules) {
    const holds = category === 'none' ? [] : [...ruleOf(category).holds, ...also];
    for (const written of phrases.split(',')) {
      const words = wordsOf(written);
      for (const phrase of new Set([words.join(' '), words.join('')])) {
        if (!compiled.has(phrase)) compiled.set(phrase, { category, weight, phrase, holds });
      }
    }
  }
  return compiled;
}

/**
 * What the name of a column says of what it holds, given its table and type; undefined when it says nothing.
 *
 * The longest phrase that ends the name counts, first without and then with the words of the table before it: `number` in a table
 * `phones` is a phone number. `privacy.judge_name()` says the same in SQL.
 */
export function judgeName(table: string, column: string, holds: ValueClass): NameEvidence | undefined {
  const evidence = byPhrase(table, column, holds);
  if (evidence?.category === 'none') return evidence;
  if (holds === 'network') return { category: 'ip-address', weight: 0.9, phrase: 'inet' };
  if (holds === 'hardware') return { category: 'device', weight: 0.9, phrase: 'macaddr' };
  return evidence;
}

function byPhrase(table: string, column: string, holds: ValueClass): NameEvidence | undefined {
  const words = withoutTail(wordsOf(column));
  if (words.length === 0 || (holds === 'number' && countingWords.includes(words[0] as string))) return undefined;
  const context = [...wordsOf(table), ...words].filter((word, at, all) => word !== all[at - 1]);
  for (let length = Math.min(longestPhrase, context.length); length > 0; length--) {
    const rule = compiledRules.get(context.slice(-length).join(' '));
    if (!rule) continue;
    const { category, weight, phrase } = rule;
    return category === 'none' || rule.holds.includes(holds) ? { category, weight, phrase } : undefined;
  }
  return undefined;
}

/** What only says which is left off, unless nothing else would remain. */
function withoutTail(words: readonly string[]): readonly string[] {
  const last = words.findLastIndex((word) => !trailing.has(word));
  return last < 0 ? words : words.slice(0, last + 1);
}
