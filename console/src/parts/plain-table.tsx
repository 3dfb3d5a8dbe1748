import type { ReactNode } from 'react';

/** A short table without filter or order of its own. */
export function PlainTable({
  label,
  heads,
  children,
}: {
  label: string;
  /** `isHidden`: for screen readers only, where what stands below says it to everybody else. */
  heads: readonly (string | { text: string; align: 'end'; isHidden?: boolean })[];
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="table-region" aria-label={label} tabIndex={0}>
      <table className="table table-plain">
        <thead>
          <tr>
            {heads.map((head) =>
              typeof head === 'string' ? (
                <th key={head} scope="col">
                  {head}
                </th>
              ) : (
                <th key={head.text} scope="col" data-align="end">
                  {head.isHidden ? <span className="hidden">{head.text}</span> : head.text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
