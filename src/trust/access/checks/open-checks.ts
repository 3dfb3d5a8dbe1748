import type { Executor } from '../../../kernel/index.ts';
import { type AccessContext, declaredIn, placesOf } from '../context.ts';
import type { Environment } from '../model/environments.ts';
import { type Difference, type Plans, waiverFor } from '../plan/index.ts';
import { connectTo, serverName } from '../servers.ts';
import { judgeEncryption } from '../tls/index.ts';
import { type ControlPlane, judgeControlPlane } from './control-plane.ts';
import { judgeFiles, searchLog } from './files.ts';
import { auditSettings, judgeAuditExtension } from './model/audit-extension.ts';
import { judgeHba } from './model/hba-rules.ts';
import { judgeLogging, judgeParameters, judgePasswords, leastIterations, readNames } from './model/settings.ts';
import type { CheckResult, Checks, Finding, Judged, Severity } from './model/types.ts';
import { mayReadServerFiles, readAudited, readHbaRules, readSettings, readWeakVerifiers } from './sql/queries/queries.gen.ts';

const titles: Readonly<Record<string, readonly [Severity, string]>> = {
  A01: ['C', 'the server speaks TLS, from 1.2 on, with sound ciphers, and nothing else over the network'],
  A02: ['E', 'standbys and backups stream over TLS'],
  A03: ['E', 'our side believes only the server it means'],
  A04: ['E', 'keys, data folder, sockets, logs and secrets are for their owner alone'],
  A05: ['W', 'the server listens where the model says, and pg_hba.conf lets in nobody else'],
  A06: ['E', 'passwords are kept as SCRAM-SHA-256 with enough rounds'],
  A07: ['E', 'attributes of roles are those of the model'],
  A08: ['E', 'memberships are those of the model, and nobody may pass one on'],
  A09: ['C', 'objects belong to the owner roles alone'],
  A10: ['W', 'passwords end, connections and time are bounded'],
  A11: ['E', 'sessions begin with the settings of the model'],
  A12: ['W', 'the log says who came, from where, and what failed'],
  A13: ['E', 'pgaudit, where it is declared, writes changes of roles and objects, and the tables it was told'],
  A14: ['C', 'secrets and values stay out of the log'],
  A15: ['C', 'what steers the servers is closed without credentials'],
  A17: ['E', 'privileges on objects are those of the model'],
};

/** Opens the part that judges servers. */
export function openChecks(context: AccessContext, plans: Plans): Checks {
  return {
    async run(name) {
      const { name: environment, environment: rules } = declaredIn(context, name);
      const [plan, ...servers] = await Promise.all([
        plans.plan(environment),
        ...placesOf(context).map((places) => judgeServer(context, rules, places)),
      ]);
      const waivers = context.options.waivers ?? [];
      const used = new Set<unknown>();
      const checks = Object.entries(titles).map(([id, [severity, title]]): CheckResult => {
        const own = [...plan.differences, ...plan.waived].filter(({ check }) => check === id).map(findingOf);
        const judged = servers.flatMap((server) => server[id] ?? []);
        const all = [...own, ...judged.flatMap(({ findings }) => findings)];
        const waived = all.flatMap((finding) => {
          const waiver = waiverFor(waivers, { check: id, subject: finding.subject });
          if (waiver) used.add(waiver);
          return waiver ? [{ ...finding, because: waiver.reason }] : [];
        });
        const findings = all.filter(({ subject }) => !waiverFor(waivers, { check: id, subject }));
        const notJudged = [...new Set(judged.flatMap(({ notJudged: reasons }) => reasons))];
        // Where a part of a check could not be judged, the rest passing is no pass.
        const verdict = findings.length > 0 ? 'fail' : notJudged.length > 0 ? 'skipped' : 'pass';
        return { id, title, severity, verdict, notJudged, findings, waived };
      });
      return { environment, checks, idleWaivers: waivers.filter((waiver) => !used.has(waiver)) };
    },
  };
}

const findingOf = ({ server, subject, what, statements }: Difference): Finding => ({
  server,
  subject,
  what,
  ...(statements.length > 0 && { remedy: statements.join('; ') }),
});

type Place = ReturnType<typeof placesOf>[number][number];

async function judgeServer(
  context: AccessContext,
  environment: Environment,
  places: readonly Place[],
): Promise<Readonly<Record<string, readonly Judged[]>>> {
  const [place] = places as [Place];
  const server = serverName(place.endpoint);
  await using client = await connectTo(place.endpoint);
  const executor = client as unknown as Executor;
  const settings = new Map(
    (await readSettings.all(executor, { names: [...readNames, ...auditSettings] })).map(({ name, value }) => [name, value]),
  );
  const may = await mayReadServerFiles.one(executor, {});
  const found = (findings: readonly Omit<Finding, 'server'>[], notJudged: readonly string[] = []): Judged => ({
    findings: findings.map((finding) => ({ server, ...finding })),
    notJudged,
  });
  const isOwn = context.mode !== 'attached';
  const notOurs = { findings: [], notJudged: [`the files of ${server} are on a machine of others`] };
  const weak = may.verifiers ? await readWeakVerifiers.all(executor, { iterations: leastIterations }) : [];
  const rules = may.hba ? await readHbaRules.all(executor, {}) : [];
  const isPrivateSocket = isOwn || (Number.parseInt(settings.get('unix_socket_permissions') ?? '777', 8) & 0o077) === 0;
  const { A01, A02, A03 } = await judgeEncryption(place.endpoint, executor);
  return {
    A01: [found(A01.findings, A01.notJudged)],
    A02: [found(A02.findings, A02.notJudged)],
    A03: [found(A03.findings, A03.notJudged)],
    A04: [isOwn ? await judgeFiles(context.dataDir, server) : notOurs],
    A05: [
      ...(isOwn ? [found(judgeListening(settings.get('listen_addresses') ?? '', environment.from))] : []),
      may.hba
        ? found(judgeHba(rules, { from: environment.from, isPrivateSocket }))
        : found([], [`${place.endpoint.user} may not see pg_hba.conf of ${server}`]),
    ],
    A06: [
      found(judgePasswords(settings)),
      may.verifiers
        ? found(
            weak.map(({ role, method, iterations }) => ({
              subject: role,
              what: `the password of ${role} is kept as ${method}${iterations > 0 ? ` with ${iterations} rounds` : ''}`,
              remedy: `plinth access password ${role}`,
            })),
          )
        : found([], [`${place.endpoint.user} may not see how passwords are kept on ${server}`]),
    ],
    A12: [found(judgeLogging(settings))],
    A13: [await judgeAudit(context, place, settings, found)],
    A14: [
      found(judgeParameters(settings)),
      isOwn ? await searchLog(context.dataDir, server) : { findings: [], notJudged: [`the log of ${server} is on a machine of others`] },
    ],
    // Beside all servers, so told once.
    A15: isFirst(context, server) ? await judgeControlPlane(context.dataDir, controlPlaneOf(context), server) : [],
  };
}

const isFirst = ({ endpoint }: AccessContext, server: string) => server === serverName(endpoint('oltp'));
const controlPlaneOf = ({ options }: AccessContext) => (options.controlPlane ?? {}) as ControlPlane;

async function judgeAudit(
  context: AccessContext,
  { endpoint }: Place,
  settings: ReadonlyMap<string, string>,
  found: (findings: readonly Omit<Finding, 'server'>[], notJudged?: readonly string[]) => Judged,
): Promise<Judged> {
  const { pgaudit } = context.options;
  if (!pgaudit) return found([], ['pgaudit is not declared (access.pgaudit)']);
  if (!settings.has('shared_preload_libraries')) return found([], [`${endpoint.user} may not see what ${serverName(endpoint)} loads`]);
  // Whether a table is anywhere takes all servers, so one of them asks for all.
  const tables = isFirst(context, serverName(endpoint)) ? pgaudit.tables : [];
  const held = await Promise.all(
    placesOf(context)
      .flat()
      .map(async (place) => {
        await using client = await connectTo(place.endpoint);
        return await readAudited.all(client as unknown as Executor, { role: pgaudit.role, tables: [...tables] });
      }),
  );
  return found(judgeAuditExtension(settings, { ...pgaudit, tables }, held.flat()));
}

// Where it listens is decided when it starts.
const restart = 'plinth down, then plinth up';
const loopback = new Set(['', 'localhost', '127.0.0.1', '::1']);

/** Our own server is for this machine unless the environment names networks. */
function judgeListening(addresses: string, from: readonly string[]): Omit<Finding, 'server'>[] {
  const beyond = addresses
    .split(',')
    .map((address) => address.trim())
    .filter((address) => !loopback.has(address));
  if (from.length === 0 && beyond.length > 0) {
    return [
      {
        subject: 'listen_addresses',
        what: `the server listens on ${beyond.join(', ')}, and the environment names no network that may connect`,
        remedy: restart,
      },
    ];
  }
  if (from.length > 0 && beyond.length === 0) {
    const what = `${from.join(', ')} may connect, but the server listens on this machine alone`;
    return [{ subject: 'listen_addresses', what, remedy: restart }];
  }
  return [];
}
