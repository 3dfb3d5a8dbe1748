import { spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { type CommandDescriptor, type CommandInput, defineErrors, Type } from '../../kernel/index.ts';
import { runCli } from './cli.ts';

const errors = defineErrors('QUEUE', { STUCK: { exitCode: 5, message: (d: { job: string }) => `Job ${d.job} is stuck; retry it.` } });

const seen: Pick<CommandInput, 'args' | 'flags'>[] = [];
const list: CommandDescriptor = {
  name: 'queue list',
  summary: 'list jobs',
  needs: 'migrated',
  arguments: [{ name: 'queue', meaning: 'which queue', isOptional: true }],
  flags: Type.Object({
    maxRows: Type.Integer({ default: 10, minimum: 1, description: 'how many' }),
    isReady: Type.Boolean({ default: false, description: 'only those' }),
  }),
  async run({ args, flags }) {
    seen.push({ args, flags });
    return {
      data: [{ id: 1 }],
      table: {
        columns: ['id', 'name'],
        rows: [
          [1, 'a'],
          [20, 'b'],
        ],
      },
    };
  },
};
const fail: CommandDescriptor = {
  name: 'queue fail',
  summary: 'fail',
  needs: 'config',
  run: async () => {
    throw errors.STUCK({ job: 'j1' });
  },
};

const again: CommandDescriptor = {
  name: 'queue fail again',
  summary: 'below a command',
  needs: 'config',
  flags: Type.Object({ times: Type.Integer({ default: 1, description: 'how often' }) }),
  run: async ({ flags }) => ({ data: flags, text: `failed ${flags.times} times` }),
};

const endless: CommandDescriptor = {
  name: 'queue follow',
  summary: 'never ends by itself',
  needs: 'server',
  run: async () => ({
    data: null,
    bytes: (async function* () {
      for (;;) yield Buffer.alloc(4096, 'line\n');
    })(),
  }),
};

const run = (...argv: string[]) => runInto(undefined, ...argv);

async function runInto(stdout: Writable | undefined, ...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (key: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[key] += chunk;
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const opened: string[] = [];
  const exitCode = await runCli(argv, {
    version: '1.2.3',
    commands: [list, fail, again, endless],
    dataDir: '/data',
    manifests: [],
    options: <T>() => ({}) as T,
    open: async (needs) => {
      opened.push(needs);
      return { use: <T>() => undefined as T, [Symbol.asyncDispose]: async () => void opened.push('closed') };
    },
    stdout: (stdout as NodeJS.WriteStream | undefined) ?? sink('stdout'),
    stderr: sink('stderr'),
  });
  return { exitCode, opened, ...written };
}

test('[I2] [I4] a result is printed as a table, numbers to the right, and everything is closed', async () => {
  const { exitCode, stdout, opened } = await run('queue', 'list');
  expect([exitCode, opened]).toEqual([0, ['migrated', 'closed']]);
  expect(stdout).toBe('id  name\n 1  a\n20  b\n');
});

test('--json prints the data, wherever it stands', async () => {
  for (const argv of [
    ['--json', 'queue', 'list'],
    ['queue', 'list', '--json'],
  ]) {
    expect(JSON.parse((await run(...argv)).stdout)).toEqual([{ id: 1 }]);
  }
});

test('flags are converted by their schema and defaults filled in', async () => {
  await run('queue', 'list', 'email', '--max-rows', '3');
  expect(seen.at(-1)).toEqual({ args: { queue: 'email' }, flags: { maxRows: 3, isReady: false } });
});

test.each([
  [['queue', 'list', '--max-rows', '0'], /--max-rows is "0", but must be integer ≥ 1/],
  [['queue', 'list', '--max-rows', 'x'], /--max-rows is "x"/],
  [['queue', 'lsit'], /unknown command 'lsit'[\s\S]*list/],
  [['queue', 'list', '--nope'], /unknown option '--nope'/],
])('[I3] wrong usage says what is wrong and ends with 2: %j', async (argv, message) => {
  const { exitCode, stderr, stdout } = await run(...argv);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('a command may have others below it', async () => {
  expect(await run('queue', 'fail', 'again', '--times', '3')).toMatchObject({ exitCode: 0, stdout: 'failed 3 times\n' });
  expect((await run('queue', 'fail')).exitCode).toBe(5);
});

test('[I3] an error gives its message, its code and its exit code, also as JSON', async () => {
  const text = await run('queue', 'fail');
  expect([text.exitCode, text.stderr]).toEqual([5, 'Job j1 is stuck; retry it.\n(PLINTH_QUEUE_STUCK)\n']);
  const json = JSON.parse((await run('queue', 'fail', '--json')).stdout);
  expect(json.error).toMatchObject({ code: 'PLINTH_QUEUE_STUCK', details: { job: 'j1' } });
});

test('[I1] help opens nothing and shows commands, arguments, flags and their defaults', async () => {
  const { exitCode, stdout, opened } = await run('queue', 'list', '--help');
  expect([exitCode, opened]).toEqual([0, []]);
  expect(stdout).toMatch(/Usage: plinth queue list .*\[queue\]/);
  expect(stdout).toMatch(/--max-rows <value>\s+how many \(default 10\)/);
});

test('[I3] [I4] a reader who leaves before the end is no failure to speak of, and everything is closed', async () => {
  const head = spawn('head', ['-n', '1'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const { exitCode, stderr, opened } = await runInto(head.stdin, 'queue', 'follow');
  expect([exitCode, stderr, opened]).toEqual([141, '', ['server', 'closed']]);
  // Help is not waited for; the stream is still listened to.
  expect((await runInto(head.stdin, '--help')).exitCode).toBe(0);
});
