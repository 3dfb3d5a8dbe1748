// What the values of a row can do: bad data, violated constraints, a trigger's or function's own refusal, limits of a value's size.
const rowClasses: ReadonlySet<string> = new Set(['21', '22', '23', '2F', '38', '39', '44', '54', 'P0']);
// Lock time-out, statement time-out, deadlock, serialization: the same again in a moment, or in a smaller batch.
const passing: ReadonlySet<string> = new Set(['55P03', '57014', '40P01', '40001']);

/**
 * What a failed batch is about: `row` some row in it, which has to be found; `passing` the moment; `all` the statement, the
 * rights or the server, so that another row would fare no better.
 */
export function faultOf(sqlstate: string | undefined): 'row' | 'passing' | 'all' {
  if (sqlstate === undefined) return 'all';
  if (passing.has(sqlstate)) return 'passing';
  return rowClasses.has(sqlstate.slice(0, 2)) ? 'row' : 'all';
}
