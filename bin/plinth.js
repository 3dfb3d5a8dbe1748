#!/usr/bin/env node
// Plain JavaScript of an old dialect on purpose: it has to run on whatever Node the shell finds, to say or
// find what is needed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const compiled = join(here, '../src/platform/main.js');
const entry = existsSync(compiled) ? compiled : join(here, '../src/platform/main.ts');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Half of the start of a short command is compiling modules; the second time that is read from here. Not from the temporary folder
  // of the system: others may write there, and what is read is run.
  module.enableCompileCache(join(here, '../node_modules/.cache/plinth'));
  const { main } = await import(entry);
  process.exitCode = await main(process.argv.slice(2));
} else {
  rerunOnPinnedNode();
}

// The package brings its own Node; an older one in the shell hands over to it.
function rerunOnPinnedNode() {
  let node;
  try {
    node = join(dirname(createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
  } catch {
    console.error(
      `Plinth needs Node 24 or newer; this is ${process.version}, and no Node for ${process.platform}-${process.arch} came with the package. Install Node 24.`,
    );
    process.exit(2);
  }
  // Ctrl-C reaches both processes; only the child acts on it, so that it can shut down in order.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  const { status, signal } = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(signal ? 1 : (status ?? 1));
}
