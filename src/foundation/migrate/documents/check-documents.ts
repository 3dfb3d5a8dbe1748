import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sha256 } from '../model/checksum.ts';
import type { BuiltSchema } from './generated.ts';
import { generatedFiles, generatedFolder, staleFiles } from './generated.ts';
import { type DocumentProblem, judge, knownNames } from './model/judge.ts';
import { mentionsIn } from './model/mentions.ts';

export interface CheckedDocuments {
  readonly problems: readonly DocumentProblem[];
  /** Documents without a problem, relative to the product's folder. */
  readonly agreeing: readonly string[];
  /** Of the schemas of all tiers. */
  readonly schemaHash: string;
}

/** Holds every Markdown file of the product, and the generated files, against the schema its migrations make. */
export async function checkDocuments(built: BuiltSchema, renamed: ReadonlyMap<string, string>): Promise<CheckedDocuments> {
  const { source, own, whole } = built;
  const stale = staleFiles(await generatedFiles(built)).map((path) => ({
    path: relative(source.dir, path),
    line: 1,
    problem: 'does not fit the migrations; run plinth migrate docs build',
  }));
  const known = { ...knownNames(whole, renamed), schemas: knownNames(own, renamed).schemas };
  const paths = globSync('**/*.md', { cwd: source.dir, exclude: ['**/node_modules/**', `${generatedFolder}/**`] }).sort();
  const found = paths.map((path) => ({
    path,
    problems: judge(path, mentionsIn(readFileSync(join(source.dir, path), 'utf8'), known.schemas), known),
  }));
  return {
    problems: [...stale, ...found.flatMap(({ problems }) => problems)],
    agreeing: found.filter(({ problems }) => problems.length === 0).map(({ path }) => path),
    schemaHash: sha256(whole.map((one) => one.schemaHash).join('\n')),
  };
}
