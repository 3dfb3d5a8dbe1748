/**
 * Builds the console into `console/dist` when its sources changed since the last build; offline, in about a second.
 * The built folder remembers what it was made from.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'console/dist');
const stamp = path.join(dist, '.sources');

/** Brings `console/dist` up to date; returns whether something had to be built. */
export async function buildConsole(): Promise<boolean> {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return false;
  const { build } = await import('vite');
  await build({ configFile: path.join(root, 'console/vite.config.ts'), logLevel: 'warn' });
  compress();
  writeFileSync(stamp, sources);
  return true;
}

// The lock file stands for the libraries that go into the bundle.
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync(['console/{src,public}/**/*.*', 'console/index.html', 'console/vite.config.ts', 'package-lock.json'], {
    cwd: root,
  });
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

// Once here instead of at each request; the server sends the `.br` file to who accepts it.
function compress(): void {
  for (const file of globSync('**/*.{js,css,html,svg}', { cwd: dist })) {
    const bytes = readFileSync(path.join(dist, file));
    if (bytes.length > 1024) {
      writeFileSync(path.join(dist, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    }
  }
}

if (import.meta.main) console.log((await buildConsole()) ? 'console built' : 'console is up to date');
