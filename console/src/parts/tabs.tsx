import { Link } from '@tanstack/react-router';

/** Views of one page; which one is open stands in the address. */
export function Tabs({
  label,
  tabs,
  current,
}: {
  label: string;
  tabs: readonly { id: string; text: string; count?: number }[];
  current: string;
}) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.id}
          to="."
          search={((old: object) => ({ ...old, view: tab.id, q: undefined, sort: undefined })) as never}
          className="tab"
          aria-current={tab.id === current ? 'page' : undefined}
        >
          {tab.text}
          {tab.count !== undefined && <span className="tab-count">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
