import { readFile, rm, writeFile } from 'node:fs/promises';
import { type CommandDescriptor, type CommandInput, Type } from '../../../kernel/index.ts';
import type { CheckReport } from '../checks/index.ts';
import type { EnvironmentName } from '../model/environments.ts';
import type { AccessParts } from '../parts.ts';
import type { Difference } from '../plan/index.ts';

const here = async (input: CommandInput) => (await import('./open-here.ts')).openHere(input);
const repair: typeof import('./open-here.ts').repair = async (input, work) => (await import('./open-here.ts')).repair(input, work);
const accessOf = (input: CommandInput) => input.use<AccessParts>('access');
// Something was found that has to be put right.
const findingsExitCode = 1;

const env = Type.Optional(
  Type.Union(
    [
      Type.Literal('development'),
      Type.Literal('test'),
      Type.Literal('staging'),
      Type.Literal('production'),
      Type.Literal('administration'),
    ],
    { description: 'Judge by this row of the table of environments instead of the configured one.' },
  ),
);
const environmentOf = ({ flags }: CommandInput) => flags.env as EnvironmentName | undefined;

const plan: CommandDescriptor = {
  name: 'access plan',
  summary: 'Show how roles and privileges differ from the model, and the SQL that would put it right.',
  description: 'Reads catalogs only and starts nothing. Exits with 1 when something differs. Example: plinth access plan --env production',
  needs: 'config',
  flags: Type.Object({ env }),
  async run(input) {
    const data = await (await here(input)).plans.plan(environmentOf(input));
    const isToDo = data.differences.some(({ statements }) => statements.length > 0);
    const lines = data.differences.map(lineFor(data.differences));
    const text = isToDo ? [] : [`Nothing is to be executed: ${data.environment} is as the model says.`];
    return { data, text: [...lines, ...text].join('\n'), exitCode: isToDo ? findingsExitCode : 0 };
  },
};

const marks: Readonly<Record<Difference['kind'], string>> = { create: '+', grant: '+', change: '~', revoke: '-' };

/** A difference with its statements; where there is one server only, it needs no name. */
function lineFor(all: readonly Difference[]) {
  const isOne = new Set(all.map(({ server }) => server)).size === 1;
  return ({ kind, server, database, what, statements }: Difference) => {
    const where = [...(isOne ? [] : [server]), ...(database ? [database] : [])].join('/');
    return [`${marks[kind]} ${where ? `${where}: ` : ''}${what}`, ...statements.map((statement) => `    ${statement};`)].join('\n');
  };
}

const apply: CommandDescriptor = {
  name: 'access apply',
  summary: 'Make the roles, memberships, settings and grants of the model that are missing.',
  description:
    'Adds only; each server’s roles and each database’s grants are one transaction, and a killed run is completed by the next. With --overwrite it also ' +
    'changes roles that exist with other attributes, those without which the platform does not open included, and takes away what the model does not ' +
    'know: see "plinth access plan" first.',
  needs: (flags) => (flags.overwrite === true ? 'config' : 'migrated'),
  flags: Type.Object({
    env,
    overwrite: Type.Optional(Type.Boolean({ description: 'Also change and revoke what somebody made otherwise.' })),
  }),
  async run(input) {
    const environment = environmentOf(input);
    const request = environment ? { environment } : {};
    const { done: data, note } =
      input.flags.overwrite === true
        ? await repair(input, ({ plans }) => plans.apply({ ...request, isOverwriting: true }))
        : { done: await accessOf(input).plans.apply(request) };
    const done = data.applied.length === 0 ? 'Nothing was missing.' : `Executed ${data.applied.length} statements.`;
    const left = data.left.length === 0 ? [] : [`Left alone:`, ...data.left.map(lineFor(data.left))];
    const lines = [...data.applied.map((statement) => `${statement};`), done, ...left, ...(note ? [note] : [])];
    return { data: { ...data, ...(note && { note }) }, text: lines.join('\n') };
  },
};

const check: CommandDescriptor = {
  name: 'access check',
  summary: 'Judge roles, privileges, settings, files and the log of the server against the model.',
  description:
    'Changes and starts nothing. What could not be judged is "skipped", with the reason, and no pass. Exits with 1 when a check fails.',
  needs: 'config',
  flags: Type.Object({ env }),
  async run(input) {
    const data = await (await here(input)).checks.run(environmentOf(input));
    return { data, text: checkText(data), exitCode: data.checks.some(({ verdict }) => verdict === 'fail') ? findingsExitCode : 0 };
  },
};

function checkText({ environment, checks, idleWaivers }: CheckReport): string {
  const isOne = new Set(checks.flatMap(({ findings }) => findings.map(({ server }) => server))).size === 1;
  return [
    `Environment ${environment}`,
    ...checks.flatMap(({ id, severity, verdict, title, findings, notJudged, waived }) => [
      `${verdict.padEnd(7)} ${id} ${severity}  ${title}${waived.length > 0 ? ` (${waived.length} allowed)` : ''}`,
      ...findings.flatMap(({ server, what, remedy }) => [
        `          ${isOne ? '' : `${server}: `}${what}`,
        ...(remedy ? [`            ${remedy}`] : []),
      ]),
      ...notJudged.map((reason) => `          not judged: ${reason}`),
    ]),
    ...idleWaivers.map(({ check: id, subject }) => `A line of access.waivers allows nothing that is there: ${id} ${subject}`),
  ].join('\n');
}

const hba: CommandDescriptor = {
  name: 'access hba',
  summary: 'Show who may connect from where, line by line, as pg_hba.conf; or write it on our own server.',
  description:
    'With --apply the file is judged by the server before it is in force, and put back when it objects or when an administrator could not log in. ' +
    'With --guidance: the network around the server, as Terraform and as a NetworkPolicy of Kubernetes.',
  needs: (flags) => (flags.apply === true ? 'migrated' : 'config'),
  flags: Type.Object({
    env,
    apply: Type.Optional(Type.Boolean({ description: 'Write it, and let the running server read it.' })),
    guidance: Type.Optional(Type.Boolean({ description: 'Print examples for the network around the server instead.' })),
  }),
  async run(input) {
    const environment = environmentOf(input);
    if (input.flags.apply === true) {
      const data = await accessOf(input).network.apply(environment);
      return { data, text: data.isChanged ? `${data.file} is written and in force.` : `${data.file} was as it should be.` };
    }
    const { network } = await here(input);
    if (input.flags.guidance === true) {
      const data = await network.guidance(environment);
      const advice = data.advice.map(({ topic, text }) => `${topic}: ${text}`);
      return { data, text: [...advice, '', data.terraform, '', data.networkPolicy].join('\n') };
    }
    const data = await network.rules(environment);
    return { data, text: `${data.text}\n# listen_addresses = '${data.listenAddresses}'` };
  },
};

const password: CommandDescriptor = {
  name: 'access password',
  summary: 'Give an account, or a login of operation, a new password.',
  description:
    'Makes 32 random bytes and prints them once, or writes them to a file of mode 0600 (--out). People may choose their own (--from <file>), within the ' +
    'policy: 16 characters, not put together from common ones, none of the last 5. It ends after 90 days for people and 30 for services.',
  needs: 'migrated',
  arguments: [{ name: 'role', meaning: 'the login' }],
  flags: Type.Object({
    from: Type.Optional(Type.String({ description: 'File whose first line is the password; - for standard input.' })),
    out: Type.Optional(Type.String({ description: 'File that gets the password instead of the screen; it must not exist.' })),
    purpose: Type.Optional(Type.String({ description: 'What it is for, kept with its fingerprint.' })),
  }),
  async run(input) {
    const { from, out, purpose } = input.flags as { from?: string; out?: string; purpose?: string };
    const given = from === undefined ? undefined : (await readFile(from === '-' ? '/dev/stdin' : from, 'utf8')).split(/\r?\n/)[0];
    if (out !== undefined) await writeFile(out, '', { flag: 'wx', mode: 0o600 });
    const request = {
      role: input.args.role as string,
      ...(given !== undefined && { password: given }),
      ...(purpose !== undefined && { purpose }),
    };
    const set = await accessOf(input)
      .passwords.set(request)
      .catch(async (error) => {
        // The place for the password was taken first: one that was given and cannot be kept is lost.
        if (out !== undefined) await rm(out, { force: true });
        throw error;
      });
    if (out !== undefined) await writeFile(out, `${set.password}\n`);
    const { password: secret, ...data } = set;
    const isShown = out === undefined && given === undefined;
    const ends = `It ends on ${set.expires.toISOString().slice(0, 10)}.`;
    return {
      data: isShown ? set : data,
      text: isShown ? `${secret}\nThis is shown once. ${ends}` : `${set.role} has its new password. ${ends}`,
    };
  },
};

export const commands: readonly CommandDescriptor[] = [plan, apply, check, hba, password];
