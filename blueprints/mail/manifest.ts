import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import type { Manifest } from 'plinth/kernel';
import type { Partition } from 'plinth/partition';
import type { Queue } from 'plinth/queue';
import type { Tenancy } from 'plinth/tenancy';
import type { Mail } from './mail.ts';
import { type MailOptions, mailOptions } from './options.ts';
import { mailCommands } from './surface/commands.ts';
import { mailRoutes } from './surface/routes.ts';

export const mail: Manifest = {
  name: 'mail',
  layer: 'product',
  requires: ['connect', 'migrate', 'partition', 'tenancy', 'privacy', 'queue', 'content'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: mailOptions,
  migrations: { name: 'mail', dir: import.meta.dirname, layout: 'product' },
  schedules: [{ name: 'mail-warm-up', cron: '0 6 * * *', job: 'mail.warm-up', tenants: 'each' }],
  commands: mailCommands,
  routes: mailRoutes,
  async open(context): Promise<Mail> {
    const { openMail } = await import('./mail.ts');
    const deps = {
      connect: context.use<Connect>('connect'),
      partition: context.use<Partition>('partition'),
      tenancy: context.use<Tenancy>('tenancy'),
      content: context.use<Content>('content'),
      queue: context.use<Queue>('queue'),
      dataDir: context.dataDir,
    };
    return openMail(deps, context.options as MailOptions);
  },
  fills: { 'tenancy.IsolationProbe': (opened: Mail) => opened.isolationProbe },
  demo: (opened: Mail, watch) => opened.seedIfEmpty(watch),
};
