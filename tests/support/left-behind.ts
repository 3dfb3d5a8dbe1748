import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable by which everything a test starts is known, however it was detached. */
export const runMark = 'PLINTH_TEST_RUN';

/** And this one names the test file that started it, from the root of the repository. */
export const fileMark = 'PLINTH_TEST_FILE';

/** Processes of this run that are still alive, Vitest's own workers excepted. Empty where there is no /proc. */
export function leftProcesses(runId: string): { readonly pid: number; readonly command: string; readonly file: string | undefined }[] {
  return processes().flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // An empty command line is a zombie: dead, only not yet collected by its parent.
      const isOurs = environment.includes(`${runMark}=${runId}`) && command !== '' && !command.includes('vitest');
      const file = environment.find((line) => line.startsWith(`${fileMark}=`))?.slice(fileMark.length + 1);
      return isOurs ? [{ pid, command, file }] : [];
    } catch {
      return []; // Gone in the meantime, or somebody else's.
    }
  });
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return [];
  }
}
