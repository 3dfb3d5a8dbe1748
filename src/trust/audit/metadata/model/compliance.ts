import { type Regulation, regulations } from '../../model/regulations.ts';
import { type Level, levels } from '../../model/types.ts';

/** An operation that a regulation asks to be on record, whatever data it touches. */
interface OperationRule {
  readonly begins: readonly string[];
  readonly flags: readonly Regulation[];
  readonly because: string;
}

/** By the beginning of the action; all that fit count. Reports print these. */
export const operationRules: readonly OperationRule[] = [
  {
    begins: ['ddl.', 'migrate.', 'platform.'],
    flags: ['SOX'],
    because: 'change control of systems that keep the books (section 404)',
  },
  {
    begins: ['access.', 'http.account', 'tenancy.add-user', 'tenancy.remove-user', 'tenancy.rotate-key'],
    flags: ['SOX', 'HIPAA'],
    because: 'who may reach what: SOX section 404, HIPAA 164.308(a)(4)',
  },
  {
    begins: ['security.'],
    flags: ['HIPAA'],
    because: 'monitoring of log-ins and incidents: HIPAA 164.308(a)(5)(ii)(C), (a)(6)',
  },
  {
    begins: ['tenancy.break-glass'],
    flags: ['GDPR', 'HIPAA', 'SOX'],
    because: 'emergency access: HIPAA 164.312(a)(2)(ii), GDPR article 32, SOX section 404',
  },
  {
    begins: ['tenancy.export', 'tenancy.erase', 'privacy.', 'audit.export', 'content.erase'],
    flags: ['GDPR'],
    because: 'rights of persons and disclosure: GDPR articles 15, 17, 20, 30',
  },
  {
    begins: ['crypto.'],
    flags: ['GDPR', 'HIPAA'],
    because: 'keys that protect data: GDPR article 32, HIPAA 164.312(a)(2)(iv)',
  },
];

/** What is known of the columns that an event touches. */
export interface TouchedData {
  readonly level?: Level;
  /** As the classification of the columns says; nothing where nobody has said. */
  readonly compliance: readonly string[];
}

/**
 * The regulations an event belongs to, in alphabetical order: by the kind of operation, by what the columns are classified for, and GDPR
 * where confidential or restricted columns are touched that are classified for nothing in particular.
 */
export function complianceFlags(action: string, touched?: TouchedData): Regulation[] {
  const byKind = operationRules
    .filter(({ begins }) => begins.some((beginning) => action.startsWith(beginning)))
    .flatMap(({ flags }) => flags);
  const said = new Set<string>(touched?.compliance.map((each) => each.toUpperCase()));
  const byColumns = regulations.filter((regulation) => said.has(regulation));
  const isSensitive = touched?.level === 'confidential' || touched?.level === 'restricted';
  const byLevel: Regulation[] = isSensitive && byColumns.length === 0 ? ['GDPR'] : [];
  return [...new Set([...byKind, ...byColumns, ...byLevel])].sort();
}

/** The highest of several levels; undefined of none. */
export function highestLevel(of: Iterable<Level>): Level | undefined {
  const all = [...of];
  return levels.toReversed().find((level) => all.includes(level));
}
