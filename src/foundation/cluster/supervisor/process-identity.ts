import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process of that id exists and has not ended; one that we may not signal counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/**
 * The start of a process as its system counts it, which with the pid names it for ever; undefined when there
 * is no such process. On Windows always the empty text: there the pid alone has to do.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'win32') return isAlive(pid) ? '' : undefined;
  try {
    if (process.platform === 'linux') {
      const fields = statFields(pid);
      // A zombie has its pid and its start, but is no process any more.
      return fields[0] === 'Z' ? undefined : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    }
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

// A killed child that its parent has not waited for still has its pid, but is no process any more.
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return statFields(pid)[0] === 'Z';
  } catch {
    return true;
  }
}

// The fields of /proc/<pid>/stat after the command, which stands in brackets and may hold anything.
function statFields(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
