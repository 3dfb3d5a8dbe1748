import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest, Service } from '../../kernel/index.ts';
import type { SubjectStore } from '../../trust/privacy/index.ts';
import type { IsolationProbe, Tenancy, TenantData, TenantMeasure } from '../../trust/tenancy/index.ts';
import type { Content } from './model/types.ts';
import { type ContentOptions, contentOptions } from './options.ts';
import { contentCommands } from './surface/commands.ts';
import { contentRoutes } from './surface/routes.ts';

/** The facade with the services that belong to it; others see it as Content. */
type OpenedContent = Content & {
  readonly services: readonly Service[];
  readonly subjectStore: SubjectStore;
  readonly tenantData: TenantData;
  readonly measures: readonly TenantMeasure[];
  readonly isolationProbe: IsolationProbe;
};

const load = () =>
  Promise.all([
    import('./content.ts'),
    import('./services/staging-sweep.ts'),
    import('./store/subjects.ts'),
    import('./store/tenant-data.ts'),
    import('./store/measures.ts'),
    import('./store/isolation-probe.ts'),
  ]);

export const manifest: Manifest = {
  name: 'content',
  layer: 'data',
  requires: ['connect', 'migrate', 'tenancy', 'privacy'],
  tiers: ['content'],
  options: contentOptions,
  migrations: { name: 'content', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: contentCommands,
  routes: contentRoutes,
  load,
  async open(context): Promise<OpenedContent> {
    const [{ openContent }, { stagingSweep }, { subjectStore }, { contentTenantData }, { contentMeasures }, { contentProbe }] =
      await load();
    const { clock, log } = context;
    const connect = context.use<Connect>('connect');
    const tenancy = context.use<Tenancy>('tenancy');
    const content = await openContent({ connect, tenancy, clock, log }, context.options as ContentOptions);
    const services = [stagingSweep({ connect, clock, log })];
    return {
      ...content,
      services,
      subjectStore: subjectStore(connect, content),
      tenantData: contentTenantData(connect),
      measures: contentMeasures(connect),
      isolationProbe: contentProbe(content),
    };
  },
  fills: {
    'privacy.SubjectStore': (opened: OpenedContent) => opened.subjectStore,
    'tenancy.TenantData': (opened: OpenedContent) => opened.tenantData,
    'tenancy.TenantMeasures': (opened: OpenedContent) => opened.measures,
    'tenancy.IsolationProbe': (opened: OpenedContent) => opened.isolationProbe,
  },
  services: (opened: OpenedContent) => opened.services,
};
