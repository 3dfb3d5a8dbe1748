import { quoteIdentifier } from '../../../kernel/index.ts';

/** Privileges in one database as found. */
export interface DatabaseState {
  readonly database: string;
  readonly owner: string;
  /** PUBLIC has any privilege on the database (PostgreSQL's default: connect and temporary). */
  readonly isOpen: boolean;
  /** PUBLIC has any privilege on schema `public`; false where there is no such schema. */
  readonly isPublicSchemaOpen: boolean;
  readonly appMayConnect: boolean;
  /** Functions of `closedFunctions` that PUBLIC may execute, as `pg_catalog.name(types)`. */
  readonly openFunctions: readonly string[];
  /** PUBLIC may use the language plpgsql, and so `do`. */
  readonly isPlpgsqlOpen: boolean;
}

/**
 * Functions of the server that would lead around row security: large objects have none, and `pg_stat_activity` shows a
 * role the statements of all its sessions, with the literals in them.
 */
export const closedFunctions: readonly string[] = [
  'lo_creat',
  'lo_create',
  'lo_export',
  'lo_from_bytea',
  'lo_get',
  'lo_import',
  'lo_open',
  'lo_put',
  'lo_unlink',
  'pg_stat_get_activity',
  'pg_stat_get_backend_activity',
];

/**
 * The statements that bring a database to its declared state; none when it is there. Without `temporary` for the
 * application no object of its own can outlive a transaction in a pooled connection.
 */
export function databaseStatements(state: DatabaseState): string[] {
  const database = quoteIdentifier(state.database);
  const when = (is: boolean, statement: string) => (is ? [statement] : []);
  return [
    ...when(state.owner !== 'plinth_owner', `alter database ${database} owner to plinth_owner`),
    ...when(state.isOpen, `revoke all on database ${database} from public`),
    ...when(!state.appMayConnect, `grant connect on database ${database} to plinth_app`),
    ...when(state.isPublicSchemaOpen, 'revoke all on schema public from public'),
  ];
}

/**
 * The statements that close `closedFunctions` and blocks of `do`, in which statements could hide from who looks at their
 * tags; only a superuser may run them.
 */
export function serverStatements(state: DatabaseState): string[] {
  const functions = state.openFunctions.flatMap((signature) => [
    `revoke execute on function ${signature} from public`,
    ...(signature.includes('pg_stat_') ? [`grant execute on function ${signature} to pg_monitor, plinth_owner`] : []),
  ]);
  const language = ['grant usage on language plpgsql to plinth_owner', 'revoke usage on language plpgsql from public'];
  return state.isPlpgsqlOpen ? [...functions, ...language] : functions;
}
