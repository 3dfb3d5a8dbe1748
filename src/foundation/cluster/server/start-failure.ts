import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PlinthError } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import { causeOf, evidenceIn, exposedKeyIn, missingLibraryIn } from '../model/start-failure.ts';
import type { Account, Outcome } from '../programs/index.ts';
import type { NodeFolder } from './node-folder.ts';

/** Turns the end of a PostgreSQL program into the error that names cause, evidence and next step. */
export async function startFailure(
  program: 'initdb' | 'postgres',
  outcome: Outcome,
  at: { readonly folder: NodeFolder; readonly account: Account | undefined; readonly port?: number },
): Promise<PlinthError> {
  const { folder, account } = at;
  const musl = outcome.error?.code === 'ENOENT' ? muslLibrary() : undefined;
  if (musl) return clusterErrors.MUSL_UNSUPPORTED({ library: musl });
  const evidence = outcome.error ? [outcome.error.message] : evidenceIn(outcome.output);
  const cause = outcome.error?.code === 'EACCES' ? 'PERMISSION' : causeOf(evidence);
  switch (cause) {
    case 'ACCOUNT_WITHOUT_NAME':
      return clusterErrors.ACCOUNT_WITHOUT_NAME({ evidence, uid: account?.uid ?? process.getuid?.() ?? -1 });
    case 'PORT_TAKEN':
      return clusterErrors.PORT_TAKEN({ evidence, port: at.port ?? 0, tried: 1 });
    case 'PERMISSION':
      return clusterErrors.PERMISSION({ evidence, folder: folder.root, account: account?.name ?? 'the present user' });
    case 'DISK_FULL': {
      const { bavail, bsize } = await statfs(folder.root);
      return clusterErrors.DISK_FULL({ evidence, folder: folder.root, freeBytes: bavail * bsize });
    }
    case 'LIBRARY_MISSING':
      return clusterErrors.LIBRARY_MISSING({ evidence, library: missingLibraryIn(evidence) });
    case 'KEY_EXPOSED':
      return clusterErrors.KEY_EXPOSED({ file: resolve(folder.data, exposedKeyIn(evidence)) });
    case 'ROOT_REFUSED':
    case 'SHARED_MEMORY':
    case 'LOCALE':
      return clusterErrors[cause]({ evidence });
    case 'CONTROL_FILE':
    case 'CONFIGURATION':
    case 'STILL_IN_USE':
      return clusterErrors[cause]({ evidence, folder: folder.data });
    default:
      return clusterErrors.START_FAILED({ evidence, program, logFile: folder.logFile });
  }
}

// The loader that glibc binaries name is missing on musl, which shows as ENOENT of a file that is there.
function muslLibrary(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime ? undefined : 'musl';
}
