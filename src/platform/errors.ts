import { defineErrors } from '../kernel/index.ts';

export const platformErrors = defineErrors('PLATFORM', {
  MISSING_CAPABILITY: {
    message: (d: { name: string; requires: string }) =>
      `"${d.name}" requires "${d.requires}", which is not part of this platform. Add it, or remove "${d.name}" from the configuration.`,
  },
  CIRCLE: {
    message: (d: { path: readonly string[] }) =>
      `Capabilities require each other in a circle: ${d.path.join(' → ')}. One of them must declare an interface for the other to fill.`,
  },
  NOT_OPEN: {
    message: (d: { name: string; open: readonly string[] }) =>
      `"${d.name}" is not open here (open: ${d.open.join(', ') || 'nothing'}). It comes with a higher level of openPlatform, or is not configured.`,
  },
  CONFIGURATION_UNREADABLE: {
    exitCode: 2,
    message: (d: { file: string; reason: string }) =>
      `The configuration ${d.file} cannot be loaded: ${d.reason}. It must be a module whose default export is definePlatform({ … }).`,
  },
  CONFIGURATION_NOT_FOUND: {
    exitCode: 2,
    message: (d: { file: string }) => `There is no configuration at ${d.file}. Create it, or call without --config to run with defaults.`,
  },
  BUSY: {
    exitCode: 4,
    retryable: true,
    message: (d: { dataDir: string; pid: number }) =>
      `${d.dataDir} is in use by a command that started the server for itself (pid ${d.pid}). Run this again when it has ended.`,
  },
  SCHEMA_BEHIND: {
    exitCode: 4,
    message: (d: { pending: readonly string[] }) =>
      `The databases lack ${d.pending.length} migration(s), the first is ${d.pending[0]}. On an attached server nothing is changed unasked: run "plinth migrate up".`,
  },
});
