/** `npm start`: builds the console where its sources changed, then runs the platform with demo data. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.ts';

await buildConsole();
const plinth = spawn(
  process.execPath,
  [fileURLToPath(new URL('../bin/plinth.js', import.meta.url)), 'up', '--demo', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
// Ctrl-C goes to the whole foreground group; this process only waits. A signal sent to it alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => plinth.kill('SIGTERM'));
plinth.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
