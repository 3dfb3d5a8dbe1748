// `node scripts/run.js <file.ts> …`: runs a script of this repository with Node 24, whatever Node npm found. Plain JavaScript of
// an old dialect on purpose. npm 11 puts the pinned Node first in the PATH; npm 9 forgets to link it.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const file = resolve(dirname(fileURLToPath(import.meta.url)), '..', process.argv[2]);
if (Number(process.versions.node.split('.')[0]) >= 24) {
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(file).href);
} else {
  process.exitCode = runPinned(process.argv.slice(3));
}

function runPinned(args) {
  let folder;
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin');
  } catch {
    console.error(`Needs Node 24 or newer; this is ${process.version}. Run npm ci, or install Node 24.`);
    return 2;
  }
  // Ctrl-C reaches both; only the child acts on it.
  process.on('SIGINT', () => {});
  const env = { ...process.env, PATH: folder + delimiter + process.env.PATH };
  const { status } = spawnSync(join(folder, 'node'), [file, ...args], { stdio: 'inherit', env });
  return status === null ? 1 : status;
}
