import { useNavigate, useSearch } from '@tanstack/react-router';

/** What of a list stands in the address: what it is filtered by and sorted by (`size`, `-size` for descending). */
export interface ListSearch {
  readonly q?: string;
  readonly sort?: string;
}

const text = (value: unknown) => (value === undefined || value === '' ? undefined : String(value));

/** For `validateSearch`: drops what is empty, so that addresses stay short. */
export function listSearch(search: Record<string, unknown>): ListSearch {
  const q = text(search.q);
  const sort = text(search.sort);
  return { ...(q !== undefined && { q }), ...(sort !== undefined && { sort }) };
}

/** Reads and writes the list's part of the address; typing does not fill the browser's history. */
export function useListState(): ListSearch & { set(next: ListSearch): void } {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  return {
    ...listSearch(search),
    set: (next) => void navigate({ to: '.', search: ((old: object) => ({ ...old, ...next })) as never, replace: true }),
  };
}
