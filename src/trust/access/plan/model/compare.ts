import type { RoleDeclaration } from '../../model/declaration.ts';
import { compareGrants, type GrantRules } from './compare-grants.ts';
import { compareRoles } from './compare-roles.ts';
import type { Difference, FoundServer, Waiver } from './types.ts';

const order: Readonly<Record<Difference['kind'], number>> = { create: 0, change: 1, grant: 2, revoke: 3 };

/** How a server differs from the model, in the order in which it would be put right. */
export function compareServer(
  model: readonly RoleDeclaration[],
  server: FoundServer,
  rules: GrantRules & { readonly now: Date },
): readonly Difference[] {
  const roles = compareRoles(model, server, rules.now);
  const grants = server.databases.flatMap((database) => compareGrants(model, server, database, rules));
  // Roles before what is granted to them, and what is taken away last; the sort is stable.
  const inOrder = (differences: typeof roles) => differences.toSorted((a, b) => order[a.kind] - order[b.kind]);
  return [...inOrder(roles), ...inOrder(grants)].map((difference) => ({ ...difference, server: server.name }));
}

/** The waiver that allows a finding; the first that fits. */
export function waiverFor(
  waivers: readonly Waiver[],
  { check, subject }: { readonly check: string; readonly subject: string },
): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.check === check &&
      (waiver.subject.endsWith('*') ? subject.startsWith(waiver.subject.slice(0, -1)) : subject === waiver.subject),
  );
}
