import { readdir, readFile } from 'node:fs/promises';
import type { Connect } from 'plinth/connect';

const msPerTick = 10;

/** Processor time in ms that this process and the server of the queue's database have used so far, kernel's included. Linux only. */
export async function cpuMeter(connect: Connect): Promise<() => Promise<{ readonly here: number; readonly server: number }>> {
  const { rows } = await connect.transaction({ tier: 'queue', as: 'owner', tag: 'bench' }, (tx) =>
    tx.query({ text: 'select pg_catalog.pg_backend_pid() as pid' }),
  );
  const postmaster = (await fieldsOf(rows[0].pid))[1];
  return async () => {
    const { user, system } = process.cpuUsage();
    let ticks = 0;
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      // One that ends meanwhile is counted with those that have ended.
      const fields = await fieldsOf(pid).catch(() => []);
      if (pid === postmaster) ticks += sum(fields.slice(11, 15));
      else if (fields[1] === postmaster) ticks += sum(fields.slice(11, 13));
    }
    return { here: (user + system) / 1000, server: ticks * msPerTick };
  };
}

const sum = (fields: readonly string[]) => fields.reduce((total, field) => total + Number(field), 0);

/** What proc(5) says of a process, from its state on. */
async function fieldsOf(pid: string): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
