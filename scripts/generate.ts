/**
 * `npm run generate [-- <capability>…]`: types of the named queries, read from a scratch database.
 * `--check` compares fingerprints only and needs no server. See docs/decisions/named-queries.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { checkGenerated } from './checks/generated.ts';
import { root, sqlFolders } from './queries/capabilities.ts';
import { generateQueries } from './queries/generate.ts';
import { withScratchDatabase } from './queries/scratch.ts';

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });

if (values.check) {
  for (const { file, message } of await checkGenerated(root)) {
    console.error(`${file} ${message}`);
    process.exitCode = 1;
  }
} else {
  const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);
  const { files, problems } = await withScratchDatabase((client) => generateQueries(client, sqlFolders()));
  for (const { folder, text } of files.filter((file) => isWanted(file.folder.name))) {
    const path = relative(root, folder.generated);
    const isSame = existsSync(folder.generated) && readFileSync(folder.generated, 'utf8') === text;
    if (text !== undefined && !isSame) writeFileSync(folder.generated, text);
    console.log(`${path}: ${text === undefined ? 'not written' : isSame ? 'unchanged' : 'written'}`);
  }
  for (const problem of problems) {
    console.error(`${relative(root, problem.file)}:${problem.line}: ${problem.message}`);
    process.exitCode = 1;
  }
  // Only now: the manifests import what was generated above.
  if (positionals.length === 0 && problems.length === 0) {
    const { writeReference } = await import('./reference.ts');
    await writeReference();
  }
}
