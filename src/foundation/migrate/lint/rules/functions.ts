import type { Schema } from '../schema/index.ts';

// Volatility of PostgreSQL's own functions that people put into defaults, predicates and expressions.

const volatile = new Set(
  'clock_timestamp timeofday random random_normal gen_random_uuid uuidv4 uuidv7 nextval setval currval lastval set_config pg_sleep pg_notify txid_current pg_current_xact_id uuid_generate_v1 uuid_generate_v4 gen_random_bytes'.split(
    ' ',
  ),
);
const stable = new Set(
  'now current_user statement_timestamp transaction_timestamp current_setting age to_timestamp to_char current_date current_time localtime localtimestamp'.split(
    ' ',
  ),
);

/** Whether a call gives another value for each row; unknown functions of a schema are volatile, as CREATE FUNCTION makes them. */
export function isVolatile(name: string, schema: Schema): boolean {
  if (volatile.has(name.slice(name.lastIndexOf('.') + 1))) return true;
  if (!name.includes('.')) return false;
  const known = schema.functions.get(name);
  return known === undefined || known.some((routine) => routine.isVolatile);
}

/** Whether it may give another value later; functions that are not known are not judged. */
export const isMutable = (name: string) => volatile.has(name) || stable.has(name);
