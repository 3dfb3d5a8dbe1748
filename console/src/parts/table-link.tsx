import { Link } from '@tanstack/react-router';

interface Place {
  readonly tier: string;
  readonly schema: string;
  readonly table: string;
}

/** The name of a table, in a list, leading to its page. */
export function TableLink({ place: { tier, schema, table } }: { readonly place: Place }) {
  return (
    <Link
      to="/tables/$tier/$schema/$table"
      params={{ tier, schema, table }}
      search={{}}
      className="row-link mono cut"
      title={`${schema}.${table}`}
    >
      <span className="faint">{schema}.</span>
      {table}
    </Link>
  );
}
