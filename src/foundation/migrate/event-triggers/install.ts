import { messageOf, quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import { withClient } from '../../cluster/index.ts';
import type { Context } from '../context.ts';

/** An event trigger of ours. Its function comes with a migration; the trigger itself takes a superuser, whom a migration is not. */
export interface EventTrigger {
  readonly name: string;
  readonly event: 'ddl_command_end' | 'sql_drop' | 'table_rewrite';
  /** As `to_regprocedure` takes it, e.g. `migrate.record_ddl()`. */
  readonly function: string;
  readonly comment: string;
}

/** All event triggers of a platform; a part that needs one adds its line. */
export const eventTriggers: readonly EventTrigger[] = [
  { name: 'plinth_ddl_trail', event: 'ddl_command_end', function: 'migrate.record_ddl()', comment: 'Who changed the schema, for drift.' },
  { name: 'plinth_drop_trail', event: 'sql_drop', function: 'migrate.record_drop()', comment: 'Who dropped what, for drift.' },
  {
    name: 'plinth_rewrite_fuse',
    event: 'table_rewrite',
    function: 'migrate.refuse_rewrite()',
    comment: 'No large rewrite that is not in the plan.',
  },
  {
    name: 'plinth_audit_ddl',
    event: 'ddl_command_end',
    function: 'audit.record_ddl()',
    comment: 'Changes of the schema, for the audit trail.',
  },
  { name: 'plinth_audit_drop', event: 'sql_drop', function: 'audit.record_drop()', comment: 'What was dropped, for the audit trail.' },
];

/** `names` are there now; `missing` says why the others are not. */
export interface Installed {
  readonly names: readonly string[];
  readonly missing?: string;
}

/**
 * Makes the event triggers whose functions the database has, over the administrative endpoint. Where that is a superuser
 * the functions become his, so that nobody with fewer rights can put statements into his sessions by replacing them.
 * Safe to run again; never throws: a database without them works, and says what it lacks.
 */
export async function installEventTriggers(context: Context, tier: Tier): Promise<Installed> {
  const names: string[] = [];
  if (!context.administrative)
    return { names, missing: 'not available here because this runner was opened without an administrative endpoint' };
  try {
    await withClient(context.administrative(tier), async (client) => {
      const { rows: found } = await client.query({ text: 'select evtname::text as name from pg_catalog.pg_event_trigger' });
      const existing = new Set(found.map(({ name }) => name));
      for (const trigger of eventTriggers) {
        const { rows } = await client.query({
          text: "select pg_catalog.to_regprocedure($1) is not null as exists, current_setting('is_superuser') = 'on' as is_superuser",
          values: [trigger.function],
        });
        if (!rows[0]?.exists) continue;
        if (!existing.has(trigger.name)) await client.query({ text: creation(trigger, rows[0].is_superuser) });
        names.push(trigger.name);
      }
    });
  } catch (error) {
    return { names, missing: `not available here because event triggers take a superuser: ${messageOf(error)}` };
  }
  return { names };
}

/** One message, so one transaction. */
const creation = ({ name, event, function: routine, comment }: EventTrigger, isSuperuser: boolean) =>
  [
    ...(isSuperuser ? [`alter function ${routine} owner to current_user`] : []),
    `create event trigger ${quoteIdentifier(name)} on ${event} execute function ${routine}`,
    `comment on event trigger ${quoteIdentifier(name)} is ${quoteLiteral(comment)}`,
  ].join('; ');
