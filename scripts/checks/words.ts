import { type Check, type Finding, lineAt, listFiles, read } from './files.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
  /** Files it looks at; default all. */
  readonly files?: RegExp;
}

const rules: readonly Rule[] = [
  { pattern: /(?<![\w.])\/(work|home|root|Users)\/[\w.]/g, message: 'an absolute path of somebody’s machine' },
  {
    pattern: /(?<![\w.:}])\/tmp\/[a-z]/g,
    files: /(?<!\.db\.test)\.\w+$/,
    message: 'a fixed path in the temporary folder; use os.tmpdir()',
  },
  { pattern: /https?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio)[\w.-]*/gi, message: 'the host of a package registry' },
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/g, message: 'unfinished work is not committed; finish it or leave it out' },
  { pattern: /(^|[\s(])#\d+\b/gm, files: /\.(md|sql)$/, message: 'an issue number; say what it was about' },
  { pattern: /\b(language model|chatgpt|copilot|anthropic|openai)\b/gi, message: 'how it was written is not part of it' },
  { pattern: /\b(it|test|describe)\.only\(/g, files: /\.test\.tsx?$/, message: 'a test that keeps the others from running' },
];

const isText = /\.(ts|tsx|js|mjs|sql|md|json|html|css|yml|yaml|sh|txt)$|(^|\/)(run|\.npmrc|\.gitignore)$/;
// The words of the rules themselves, and of what proves that they are found.
const isOwn = /^scripts\/checks\/words\.ts$|^tests\/check\.test\.ts$|\/fixtures\/|^package-lock\.json$|^LICENSE$/;

/** Words that must not be in the repository. */
export const checkWords: Check = async (root) =>
  listFiles(root)
    .filter((file) => isText.test(file) && !isOwn.test(file))
    .flatMap((file): Finding[] => {
      const text = read(root, file);
      return rules
        .filter((rule) => rule.files?.test(file) ?? true)
        .flatMap((rule) =>
          [...text.matchAll(rule.pattern)].map((match) => ({
            file,
            line: lineAt(text, match.index),
            message: `${match[0].trim()}: ${rule.message}`,
          })),
        );
    });
