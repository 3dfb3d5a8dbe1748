/**
 * `npm run generate [-- <capability>…]`: types of the named queries, read from a scratch database.
 * `--check` compares fingerprints only and needs no server. See docs/decisions/named-queries.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root, sqlFolders, staleFolders } from './queries/capabilities.ts';
import { generateQueries } from './queries/generate.ts';
import { withScratchDatabase } from './queries/scratch.ts';

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });

if (values.check) {
  for (const folder of staleFolders()) {
    console.error(`${relative(root, folder.generated)} does not fit its sources: npm run generate -- ${folder.name}`);
    process.exitCode = 1;
  }
} else {
  const wanted = (name: string) => positionals.length === 0 || positionals.includes(name);
  const { files, problems } = await withScratchDatabase((client) => generateQueries(client, sqlFolders()));
  for (const { folder, text } of files.filter((file) => wanted(file.folder.name))) {
    const path = relative(root, folder.generated);
    const isSame = existsSync(folder.generated) && readFileSync(folder.generated, 'utf8') === text;
    if (text !== undefined && !isSame) writeFileSync(folder.generated, text);
    console.log(`${path}: ${text === undefined ? 'not written' : isSame ? 'unchanged' : 'written'}`);
  }
  for (const problem of problems) {
    console.error(`${relative(root, problem.file)}:${problem.line}: ${problem.message}`);
    process.exitCode = 1;
  }
}
