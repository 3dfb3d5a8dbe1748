import { once } from 'node:events';
import type { Manifest } from 'plinth/kernel';
import { definePlatform } from 'plinth/platform';
import type { Queue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import { mail } from '../../../blueprints/mail/index.ts';

let queue: Queue;
let tenancy: Tenancy;

/** The demo with jobs that wait, run, fail for two reasons and can be repaired, and with schedules: what the page *Jobs* has to show. */
const product: Manifest = {
  ...mail,
  schedules: [
    { name: 'repair', cron: '30 3 * * MON', job: 'demo.repair' },
    { name: 'reports', cron: '0 6 * * *', zone: 'Europe/Berlin', job: 'demo.report', payload: { title: 'daily' } },
    { name: 'figures', cron: '*/5 * * * *', job: 'demo.report', payload: { title: 'figures' } },
  ],
  open(context) {
    queue = context.use<Queue>('queue');
    tenancy = context.use<Tenancy>('tenancy');
    let isRepaired = false;
    queue.define({
      name: 'demo.repair',
      queue: 'analytics',
      handler: () => {
        isRepaired = true;
      },
    });
    queue.define<{ to: string }>({
      name: 'demo.invoice',
      queue: 'content',
      band: 'high',
      maxAttempts: 2,
      async handler(job) {
        job.log.info('rendering', { pages: 2 });
        if (!isRepaired) throw Object.assign(new Error(`the printer at ${job.payload.to} does not answer`), { retryAfterMs: 1 });
        return job.external('print', async () => ({ pages: 2 }));
      },
    });
    queue.define<{ title: string }>({
      name: 'demo.report',
      queue: 'analytics',
      band: 'low',
      handler: ({ payload }) => {
        if (payload.title === '') throw Object.assign(new TypeError('a report without a title'), { verdict: 'dead' });
        return { characters: payload.title.length };
      },
    });
    // Runs until somebody cancels it.
    queue.define({
      name: 'demo.watch',
      queue: 'content',
      handler(job) {
        job.progress(3, 10, 'watching');
        return once(job.signal, 'abort');
      },
    });
    return mail.open(context);
  },
  async demo(opened, watch) {
    const made = await mail.demo?.(opened, watch);
    const tomorrow = new Date(Date.now() + 86_400_000);
    for (const { id: tenantId } of await tenancy.list()) {
      const invoices = Array.from({ length: 8 }, (_, i) => ({ tenantId, payload: { to: `10.0.0.${i + 1}` } }));
      await queue.enqueueMany('demo.invoice', invoices);
      await queue.enqueueMany(
        'demo.report',
        ['weekly', 'monthly', ''].map((title) => ({ tenantId, payload: { title } })),
      );
      await queue.enqueue('demo.report', { title: 'yearly' }, { tenantId, due: tomorrow });
    }
    await queue.enqueue('demo.watch', {});
    await queue.flows.flow({
      name: 'month end',
      steps: [
        { key: 'collect', job: 'demo.report', payload: { title: 'figures' } },
        { key: 'check', job: 'demo.report', payload: { title: '' }, after: ['collect'] },
        { key: 'publish', job: 'demo.report', payload: { title: 'month' }, after: ['check'] },
      ],
    });
    return made;
  },
};

export default definePlatform({ name: 'demo', product });
