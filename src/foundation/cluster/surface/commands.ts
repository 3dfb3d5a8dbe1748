import { type CommandDescriptor, type CommandInput, silentLog, systemClock, Type } from '../../../kernel/index.ts';
import type { ClusterOptions } from '../options.ts';

const administration = () => import('../administration/index.ts');
const depsOf = ({ dataDir }: CommandInput) => ({ clock: systemClock, log: silentLog, dataDir });
const optionsOf = (input: CommandInput) => input.options<ClusterOptions>('cluster');

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'status',
    summary: 'show what runs, where, and what its PostgreSQL can do',
    description: 'Starts nothing and changes nothing. Ends with 3 when nothing runs or a tier does not answer.',
    needs: 'config',
    async run(input) {
      const [{ findCluster }, { readSupervisor }, { showStatus }] = await Promise.all([
        import('../cluster.ts'),
        import('../supervisor/index.ts'),
        import('./show-status.ts'),
      ]);
      const cluster = await findCluster(depsOf(input), optionsOf(input));
      return showStatus(input.dataDir, cluster, await readSupervisor(input.dataDir));
    },
  },
  {
    name: 'down',
    summary: 'stop the running platform of this folder',
    description:
      'Asks its process to end and returns when that and its PostgreSQL are gone. Nothing is killed; nothing happens when nothing runs.',
    needs: 'config',
    async run(input) {
      const { stopPlatform } = await administration();
      const stopped = await stopPlatform(depsOf(input), input.signal);
      const pids = [stopped.supervisorPid, stopped.postmasterPid].filter((pid) => pid !== undefined);
      const text = pids.length ? `Stopped (${pids.length > 1 ? 'processes' : 'process'} ${pids.join(', ')}).` : 'Nothing was running.';
      return { data: stopped, text };
    },
  },
  {
    name: 'destroy',
    summary: 'delete the data folder for ever',
    description:
      'Deletes all databases and files of this platform. It has to be stopped, and its name has to be given: plinth destroy --confirm shop',
    needs: 'config',
    flags: Type.Object({ confirm: Type.Optional(Type.String({ description: 'the name of the project whose data are deleted' })) }),
    async run({ dataDir, flags }) {
      const { destroyData, nameOf } = await administration();
      await destroyData(dataDir, flags.confirm as string | undefined);
      return { data: { destroyed: dataDir, name: nameOf(dataDir) }, text: `Deleted ${dataDir}.` };
    },
  },
  {
    name: 'cluster conf',
    summary: 'show every setting of our own server with its reason, and what waits for a restart',
    description:
      'The values follow from cores, memory, disk and the option cluster.workload. To overrule one, set it in postgresql.conf below the include line.',
    needs: 'config',
    flags: Type.Object({ apply: Type.Boolean({ default: false, description: 'write them now and let the running server read them' }) }),
    async run(input) {
      const [{ compareConfiguration }, { findCluster }] = await Promise.all([administration(), import('../cluster.ts')]);
      const deps = depsOf(input);
      const options = optionsOf(input);
      const settings = await compareConfiguration(deps, options, await findCluster(deps, options), input.flags.apply === true);
      return {
        data: { settings },
        table: {
          columns: ['setting', 'wanted', 'running', 'state', 'reason'],
          rows: settings.map(({ name, value, running, state, reason }) => [name, value, running ?? '', state, reason]),
        },
      };
    },
  },
  {
    name: 'cluster logs',
    summary: "show the end of our own server's log",
    needs: 'config',
    flags: Type.Object({ lines: Type.Integer({ default: 50, minimum: 1, maximum: 2000, description: 'how many lines' }) }),
    async run({ dataDir, flags }) {
      const [{ lastLines }, { nodeFolderIn }] = await Promise.all([administration(), import('../server/index.ts')]);
      const { logFile } = nodeFolderIn(dataDir);
      const lines = await lastLines(logFile, flags.lines as number);
      return {
        data: { logFile, lines },
        text: lines.length ? lines.join('\n') : `There is no log at ${logFile}: no server of ours has run here.`,
      };
    },
  },
];
