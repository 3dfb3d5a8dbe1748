import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { request } from '../api/client.ts';
import { resetCost, usePageCost } from '../api/cost.ts';
import { capabilitiesQuery, sessionQuery } from '../api/queries.ts';
import { formatMs, plural } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { TenantChoice } from '../parts/tenant-choice.tsx';
import { pages } from './pages.ts';
import { useTheme } from './theme.ts';

/** The frame of every page: pages to the left, tenant and account above. */
export function Shell() {
  const { pathname } = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);

  useEffect(() => {
    setMenuOpen(false);
    const section = (path: string) => path.split('/')[1];
    if (section(before.current) !== section(pathname)) resetCost();
    // Keyboard and screen reader start at the new page, not at the link that led to it.
    if (before.current !== pathname) main.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <button
          type="button"
          className="button-icon menu"
          aria-expanded={isMenuOpen}
          aria-controls="pages"
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          <Icon name="menu" />
          <span className="hidden">Pages</span>
        </button>
        <Link to="/" className="brand">
          <img src="/plinth.svg" alt="" width="22" height="22" />
          Plinth
        </Link>
        <div className="bar-end">
          <TenantChoice />
          <AccountMenu />
        </div>
      </header>
      <Pages isOpen={isMenuOpen} />
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Pages({ isOpen }: { isOpen: boolean }) {
  const here = useQuery(capabilitiesQuery).data?.capabilities;
  return (
    <nav id="pages" className="pages" aria-label="Pages" data-open={isOpen}>
      <ul>
        {pages
          .filter((page) => here?.includes(page.capability) ?? page.to === '/')
          .map((page) => (
            <li key={page.to}>
              <Link
                to={page.to}
                search={((old: { tenant?: string }) => (old.tenant ? { tenant: old.tenant } : {})) as never}
                activeOptions={{ exact: page.to === '/', includeSearch: false }}
                className="pages-link"
              >
                <Icon name={page.icon} />
                {page.name}
              </Link>
            </li>
          ))}
      </ul>
      <Cost />
    </nav>
  );
}

/** What looking at this page has cost the database so far. */
function Cost() {
  const cost = usePageCost();
  return (
    <p className="cost faint" title="Time the database spent on the queries of this page since it was opened, live updates included">
      This page has cost
      <br />
      {plural(cost.transactions, 'transaction')}, {formatMs(cost.databaseMs)}
    </p>
  );
}

function AccountMenu() {
  const { account } = useSuspenseQuery(sessionQuery).data;
  const [theme, nextTheme] = useTheme();
  const client = useQueryClient();
  const router = useRouter();
  const signOut = async () => {
    await request('/http/session', { method: 'DELETE' });
    client.clear();
    await router.navigate({ to: '/sign-in' });
  };
  return (
    <>
      <button
        type="button"
        className="button-icon"
        onClick={nextTheme}
        aria-label={`Colours: ${theme}. Change`}
        title={`Colours: ${theme}`}
      >
        <Icon name={theme} />
      </button>
      <span className="account">
        <span className="account-name cut">{account?.name}</span> <span className="faint account-role">{account?.role}</span>
      </span>
      <button type="button" className="button-icon" onClick={() => void signOut()} aria-label="Sign out" title="Sign out">
        <Icon name="leave" />
      </button>
    </>
  );
}
