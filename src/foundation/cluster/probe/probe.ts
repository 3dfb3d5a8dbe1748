import type { Executor } from '../../../kernel/index.ts';
import { managedServiceOf, tellingRoles } from '../model/managed-service.ts';
import type { Endpoint, ServerProbe } from '../model/types.ts';
import { judge, probedSettings } from '../model/verdicts.ts';
import * as queries from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';
import { trySession } from './session-trial.ts';

/** Asks a server what it is, has and allows, and judges it. Reads only; three short connections. */
export async function probeServer(endpoint: Endpoint): Promise<ServerProbe> {
  // One after the other: a pooler that serves both at once may hand the trial its own backend again by luck.
  const pooler = await trySession(endpoint);
  const facts = await withClient(endpoint, readFacts);
  const known = { ...facts, ...(pooler ? { pooler } : {}) };
  return { ...known, verdicts: judge(known) };
}

async function readFacts(client: Executor): Promise<Omit<ServerProbe, 'verdicts' | 'pooler'>> {
  const server = await queries.probeServer.one(client, {});
  const settings = await queries.listProbedSettings.all(client, { names: probedSettings });
  const extensions = await queries.listExtensions.all(client, {});
  const signs = await queries.listManagementSigns.all(client, { names: tellingRoles });
  const preloaded = (settings.find(({ name }) => name === 'shared_preload_libraries')?.setting ?? '').split(',').map((name) => name.trim());
  const managedBy = managedServiceOf(signs.map(({ sign }) => sign));
  return {
    versionNumber: server.version_number,
    version: server.version,
    systemIdentifier: server.can_read_control ? (await queries.readSystemIdentifier.one(client, {})).system_identifier : '',
    isInRecovery: server.is_in_recovery,
    settings: Object.fromEntries(settings.map(({ name, setting }) => [name, setting ?? ''])),
    extensions: extensions.map((found) => ({
      name: found.name,
      availableVersion: found.default_version,
      ...(found.installed_version === null ? {} : { installedVersion: found.installed_version }),
      isPreloaded: preloaded.includes(found.name),
    })),
    privileges: {
      isSuperuser: server.is_superuser,
      canCreateRole: server.can_create_role,
      canCreateDatabase: server.can_create_database,
      canReplicate: server.can_replicate,
      bypassesRowSecurity: server.bypasses_row_security,
    },
    ...(managedBy ? { managedBy } : {}),
  };
}
