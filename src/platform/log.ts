import type { Log } from '../kernel/index.ts';
import type { PlatformOptions } from './options.ts';

/** Lines of JSON on standard error; standard output belongs to the results of commands. */
export async function createLog(level: PlatformOptions['logLevel']): Promise<Log> {
  const { pino } = await import('pino');
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}
