import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './files.ts';

/** A program of node_modules as a check: what it prints when it fails are the findings. */
function program(name: string, args: readonly string[], isNeeded: (root: string) => boolean = () => true): Check {
  return (root) =>
    new Promise((resolve, reject) => {
      if (!isNeeded(root)) return resolve([]);
      const bin = join(import.meta.dirname, '../../node_modules/.bin', name);
      execFile(
        bin,
        args,
        { cwd: root, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } },
        (error, stdout, stderr) => {
          if (!error) return resolve([]);
          if (typeof error.code !== 'number') return reject(error);
          const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
          resolve((lines.length > 0 ? lines : [`exit ${error.code}`]).map((message) => ({ file: '', message })));
        },
      );
    });
}

export const checkFormat = program('biome', ['ci', '--reporter=github', '.']);
export const checkTypes = program('tsc', ['-p', '.', '--pretty', 'false']);
export const checkConsoleTypes = program('tsc', ['-p', 'console', '--pretty', 'false'], (root) =>
  existsSync(join(root, 'console/tsconfig.json')),
);
export const checkUnused = program('knip', ['--no-progress']);

const sources = ['src', 'blueprints', 'scripts', 'tests', 'bench', 'console', 'lab'];
/** The import rules of `.dependency-cruiser.mjs`. */
export const checkImports: Check = (root) => {
  const config = join(import.meta.dirname, '../../.dependency-cruiser.mjs');
  return program('depcruise', ['--config', config, ...sources.filter((dir) => existsSync(join(root, dir)))])(root);
};
