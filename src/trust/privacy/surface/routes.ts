import { type RouteDescriptor, Type, tiers } from '../../../kernel/index.ts';
import { type Category, categoryNames } from '../model/categories.ts';
import { type ClassificationLevel, classificationLevels, type Place, type Privacy } from '../model/types.ts';

const name = Type.String({ minLength: 1, maxLength: 63 });
const place = Type.Object({
  tier: Type.Union(tiers.map((tier) => Type.Literal(tier))),
  schema: name,
  table: name,
  column: Type.Optional(name),
});
const decision = Type.Object({
  place,
  level: Type.Union(classificationLevels.map((level) => Type.Literal(level))),
  category: Type.Optional(Type.Union(categoryNames.map((category) => Type.Literal(category)))),
  reason: Type.String({ minLength: 1, maxLength: 2_000 }),
});

const privacyOf = (use: <T>(name: string) => T) => use<Privacy>('privacy');

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/privacy/map',
    summary: 'Every table and view with what is known of its columns.',
    role: 'viewer',
    handler: async ({ use }) => ({ tables: await privacyOf(use).map() }),
  },
  {
    method: 'GET',
    path: '/privacy/records',
    summary: 'The record of processing activities, and tables with personal data that none names.',
    role: 'viewer',
    handler: ({ use }) => privacyOf(use).records.report(),
  },
  {
    method: 'POST',
    path: '/privacy/scans',
    summary: 'Looks at every table and records what is found where nobody decided.',
    role: 'operator',
    async handler({ use, signal }) {
      const { findings, ...figures } = await privacyOf(use).scan({ signal });
      return { ...figures, findingCount: findings.length };
    },
  },
  {
    method: 'POST',
    path: '/privacy/decisions',
    summary: 'Decides how a column or a table is classified.',
    role: 'operator',
    body: decision,
    handler({ body, account, use }) {
      const given = body as { place: Place; level: ClassificationLevel; category?: Category; reason: string };
      return privacyOf(use).registry.classify({ ...given, reason: account ? `${account.name}: ${given.reason}` : given.reason });
    },
  },
  {
    method: 'POST',
    path: '/privacy/confirmations',
    summary: 'Turns findings into decisions.',
    role: 'operator',
    body: Type.Object({ places: Type.Array(place, { minItems: 1, maxItems: 1_000 }) }),
    async handler({ body, use }) {
      return { confirmed: await privacyOf(use).registry.confirm(...(body as { places: readonly Place[] }).places) };
    },
  },
];
