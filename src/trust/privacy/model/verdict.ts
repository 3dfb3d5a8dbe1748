import { type Category, categoryNames, isPersonal, ruleOf } from './categories.ts';
import { type NameEvidence, sufficient } from './names/judge-name.ts';

/** What the values of a column speak for. */
export interface ContentEvidence {
  readonly category: Category;
  /** 0–1. */
  readonly strength: number;
  /** Different values that fit, of those looked at. */
  readonly hits: number;
  readonly of: number;
  readonly label: string;
  /** Whether they stand inside longer texts. */
  readonly isInText: boolean;
  /** Counts for more in a table about people. */
  readonly isPersonal: boolean;
  /** Masked. */
  readonly examples: readonly string[];
}

/** What was found among sampled values. */
export interface Examined {
  /** Different values that are neither null nor empty. */
  readonly distinct: number;
  readonly evidence: readonly ContentEvidence[];
  /** Share of the different values that could be such data at all, however written; undefined where anything could. */
  plausible(category: Category): number | undefined;
}

export interface Verdict {
  readonly category: Category;
  /** 0–1. */
  readonly confidence: number;
  readonly reason: string;
  readonly examples: readonly string[];
}

// Fewer values than these contradict nobody.
const fewestToContradict = 5;
const implausible = 0.2;
const personalTableBonus = 0.25;

/**
 * What a column holds, by its name and by its values; undefined when neither suffices.
 *
 * Both are chances to be right and are joined as such: 1 − (1 − name)(1 − values). A name whose values cannot be what it says counts a
 * third; values under a name that denies them count half. Data of people come before data of things; then the surer one counts.
 */
export function judge(name: NameEvidence | undefined, content: Examined | undefined, isAboutPeople: boolean): Verdict | undefined {
  const verdicts = categoryNames
    .map((category) => judgeCategory(category, name, content, isAboutPeople))
    .filter((verdict) => verdict !== undefined);
  const rank = ({ category, confidence }: Verdict) => (isThing(category) ? 0 : 1) + confidence + ruleOf(category).sensitivity / 100;
  return verdicts.toSorted((a, b) => rank(b) - rank(a))[0];
}

const isThing = (category: Category) => !isPersonal(category) && category !== 'credential';

function judgeCategory(
  category: Category,
  name: NameEvidence | undefined,
  content: Examined | undefined,
  isAboutPeople: boolean,
): Verdict | undefined {
  const named = name?.category === category ? name : undefined;
  const found = content?.evidence.filter((evidence) => evidence.category === category).toSorted((a, b) => b.strength - a.strength)[0];
  const isContradicted = named !== undefined && isImplausible(category, content);
  const byName = named ? named.weight * (isContradicted ? 0.3 : 1) : 0;
  const denial = name?.category === 'none' ? 1 - 0.7 * name.weight : 1;
  const bonus = found?.isPersonal && isAboutPeople ? personalTableBonus : 0;
  const byContent = found ? (1 - (1 - found.strength) * (1 - bonus)) * denial : 0;
  const confidence = Math.round((1 - (1 - byName) * (1 - byContent)) * 100) / 100;
  if (confidence < sufficient) return undefined;
  const counts = byContent > 0.1 ? found : undefined;
  const reasons = [named && `named "${named.phrase}"`, isContradicted && 'though few values look like it', counts && inWords(counts)];
  return { category, confidence, reason: reasons.filter(Boolean).join(', '), examples: counts?.examples ?? [] };
}

function isImplausible(category: Category, content: Examined | undefined): boolean {
  if (!content || content.distinct < fewestToContradict) return false;
  const share = content.plausible(category);
  return share !== undefined && share < implausible;
}

const inWords = ({ hits, of, label, isInText }: ContentEvidence) =>
  isInText ? `${hits} of ${of} texts hold ${label}` : `${hits} of ${of} different values are ${label}`;
