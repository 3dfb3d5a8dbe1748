import { readSupervisor } from '../../../foundation/cluster/index.ts';
import { asAudited, loop, quoteIdentifier, type Service } from '../../../kernel/index.ts';
import { type AccessContext, declaredIn } from '../context.ts';
import { connectTo } from '../servers.ts';
import { followLog } from './follow-log.ts';
import { type FailedLogin, FailureCounter, failedLogin, limits } from './model/failures.ts';

const intervalMs = 2_000;

export interface Logins {
  /** Reads the log of our own server for refused logins; undefined where the server is run by others, whose log nobody shows us. */
  readonly watch: Service | undefined;
}

/** Opens the part that watches who tries to log in. */
export function openLogins(context: AccessContext): Logins {
  if (context.mode === 'attached') return { watch: undefined };
  const counter = new FailureCounter();
  let read: (() => Promise<readonly string[]>) | undefined;
  let file: string | undefined;
  const watch = loop(context, {
    name: 'access.logins',
    intervalMs,
    async run() {
      const logFile = (await readSupervisor(context.dataDir))?.server?.logFile;
      if (logFile === undefined) return;
      if (logFile !== file || !read) [file, read] = [logFile, followLog(logFile)];
      for (const line of await read()) {
        const failure = failedLogin(line);
        if (failure && counter.add(failure)) await raise(context, failure);
      }
    },
  });
  return { watch };
}

async function raise(context: AccessContext, { role, address }: FailedLogin): Promise<void> {
  const isLocked = context.options.lockAfterFailures === true && (await lock(context, role));
  context.events.emit('security', {
    eventType: 'login_failures',
    severity: 'high',
    action: `log in as ${role} from ${address}`,
    success: false,
    reason: `${limits.failures} failed logins within ${limits.withinMs / 60_000} minutes${isLocked ? '; the login was taken from it' : ''}`,
  });
}

/** Only accounts of the configuration: whoever guesses must not be able to shut the platform out of its own server. */
async function lock(context: AccessContext, role: string): Promise<boolean> {
  const isAccount = declaredIn(context).roles.some(({ name, kind }) => name === role && (kind === 'service' || kind === 'person'));
  if (!isAccount) return false;
  await using client = await connectTo(context.endpoint('oltp'));
  const { rows } = await client.query('select from pg_catalog.pg_roles where rolname = $1 and rolcanlogin', [role]);
  if (rows.length === 0) return false;
  const action = { action: 'access.lock', target: { type: 'role', id: role } };
  await asAudited(context.events, action, () => client.query(`alter role ${quoteIdentifier(role)} nologin`));
  return true;
}
