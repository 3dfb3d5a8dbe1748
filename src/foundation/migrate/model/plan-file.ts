import { sha256 } from './checksum.ts';

/** One line of a plan file: a migration as it was reviewed, chained to all before it. */
export interface PlanEntry {
  /** `tier/name`. */
  readonly id: string;
  readonly checksum: string;
  readonly chain: string;
  /** Names of releases that end with this entry; a line of the file each. */
  readonly releases?: readonly string[];
}

const heading = '# Made by "plinth migrate plan --write". A conflict here is meant: decide the order, then write it again.\n';

/** Entries in order, each bound to its predecessors: a removed, inserted or changed line breaks all chains after it. */
export function chainEntries(migrations: readonly Omit<PlanEntry, 'chain'>[]): PlanEntry[] {
  let chain = '';
  return migrations.map(({ id, checksum, releases }) => {
    chain = sha256(`${chain}\n${id}\n${checksum}`).slice(0, 32);
    return { id, checksum, chain, ...(releases && { releases }) };
  });
}

export function formatPlanFile(entries: readonly PlanEntry[]): string {
  const tags = (names: readonly string[] = []) => names.map((name) => `release ${name}\n`).join('');
  return heading + entries.map(({ id, checksum, chain, releases }) => `${chain} ${checksum} ${id}\n${tags(releases)}`).join('');
}

/** The plan with a release after its last entry. */
export function tagRelease(entries: readonly PlanEntry[], name: string): PlanEntry[] {
  return entries.map((entry, index) => (index < entries.length - 1 ? entry : { ...entry, releases: [...(entry.releases ?? []), name] }));
}

const conflict = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/;

/** The lines of both sides of a merge conflict, each once, in the order of the file; the chain has to be made anew. */
export function joinConflict(text: string): string {
  const lines = text.split('\n').filter((line) => !conflict.test(line));
  const seen = new Set<string>();
  return lines
    .filter((line) => {
      const id = line.startsWith('#') || line.startsWith('release ') ? line : line.split(' ')[2];
      if (id === undefined) return true;
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew;
    })
    .join('\n');
}

/** The entries of a plan file, or the number of the first line that is none (a merge conflict, for example). */
export function parsePlanFile(text: string): readonly PlanEntry[] | { readonly badLine: number } {
  const entries: PlanEntry[] = [];
  for (const [index, line] of text.replaceAll('\r', '').split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [chain, checksum, id, ...rest] = line.split(' ');
    const last = entries.at(-1);
    if (chain === 'release' && checksum && !id && last) {
      entries[entries.length - 1] = { ...last, releases: [...(last.releases ?? []), checksum] };
      continue;
    }
    if (!chain || !checksum?.startsWith('v') || !id || rest.length > 0) return { badLine: index + 1 };
    entries.push({ chain, checksum, id });
  }
  return entries;
}

export type PlanFinding =
  | { readonly kind: 'unlisted' | 'deleted' | 'edited'; readonly id: string }
  | { readonly kind: 'reordered'; readonly id: string };

/** A migration of the folder, as far as plan files know them. */
interface Listed {
  /** `tier/name`. */
  readonly id: string;
  readonly checksum: string;
  /** `tier/name` of those it stands for: their lines stay, their files may go. */
  readonly replaces?: readonly string[];
}

const replacedBy = (files: readonly Listed[]) => new Set(files.flatMap(({ replaces = [] }) => replaces));

/** Whether a release has the migration: itself, or all that it stands for. */
export function isInRelease({ id, replaces = [] }: Omit<Listed, 'checksum'>, entries: ReadonlySet<string>): boolean {
  return entries.has(id) || (replaces.length > 0 && replaces.every((one) => entries.has(one)));
}

/** What differs between a plan file and the folder, in the order of the plan. */
export function comparePlan(
  entries: readonly PlanEntry[],
  files: readonly (Listed & { readonly hasFitting: (checksum: string) => boolean })[],
): PlanFinding[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const listed = new Set(entries.map(({ id }) => id));
  const replaced = replacedBy(files);
  const rechained = chainEntries(entries);
  const findings: PlanFinding[] = [];
  for (const [index, entry] of entries.entries()) {
    const file = byId.get(entry.id);
    if (!file && !replaced.has(entry.id)) findings.push({ kind: 'deleted', id: entry.id });
    else if (file && !file.hasFitting(entry.checksum)) findings.push({ kind: 'edited', id: entry.id });
    else if (rechained[index]?.chain !== entry.chain) findings.push({ kind: 'reordered', id: entry.id });
  }
  for (const { id } of files) if (!listed.has(id)) findings.push({ kind: 'unlisted', id });
  return findings;
}

/**
 * The next content of a plan file: entries that must not move, because they are applied, part of a release, or stood for by another,
 * stay in place and as they are; the rest follows in order.
 */
export function rewritePlan(entries: readonly PlanEntry[], files: readonly Listed[], isApplied: (id: string) => boolean): PlanEntry[] {
  const released = entries.findLastIndex(({ releases }) => releases !== undefined);
  const replaced = replacedBy(files);
  const kept = entries.filter(({ id }, index) => index <= released || replaced.has(id) || isApplied(id));
  const keptIds = new Set(kept.map(({ id }) => id));
  return chainEntries([...kept, ...files.filter(({ id }) => !keptIds.has(id)).map(({ id, checksum }) => ({ id, checksum }))]);
}

/**
 * What a branch did to the history of the one it goes into: the base's entries have to stand first, as they are. Newer ones after
 * them are what the branch is for.
 */
export function compareHistory(base: readonly PlanEntry[], branch: readonly PlanEntry[]): PlanFinding[] {
  const byId = new Map(branch.map((entry) => [entry.id, entry]));
  return base.flatMap(({ id, checksum, chain }, index): PlanFinding[] => {
    const now = byId.get(id);
    if (!now) return [{ kind: 'deleted', id }];
    if (now.checksum !== checksum) return [{ kind: 'edited', id }];
    return branch[index]?.id === id && now.chain === chain ? [] : [{ kind: 'reordered', id }];
  });
}
