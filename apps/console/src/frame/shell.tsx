import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { may } from '../api/rights.js';
import { useSignIn, type Session } from '../api/session.js';
import { places, type Place } from '../places.js';
import { Icon } from './icon.js';
import { Skeleton } from './states.js';
import { themes, useTheme } from './theme.js';

const isAt = (path: string, location: string): boolean =>
  path === '/' || path === '/mine' ? location === path : location === path || location.startsWith(`${path}/`);

function groupsFor({ role }: Session): Map<string, Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    if (!place.entry || !may(role, place.right)) continue;
    groups.set(place.entry.group, [...(groups.get(place.entry.group) ?? []), place]);
  }
  return groups;
}

function Navigation({ session, onGo }: { readonly session: Session; readonly onGo: () => void }) {
  const [location] = useLocation();
  return (
    <nav aria-label="Main">
      {[...groupsFor(session)].map(([group, entries]) => (
        <div className="nav-group" key={group}>
          <h2>{group}</h2>
          <ul>
            {entries.map(({ path, entry }) => (
              <li key={path}>
                <Link href={path} aria-current={isAt(path, location) ? 'page' : undefined} onClick={onGo}>
                  {entry && <Icon name={entry.icon} />}
                  {entry?.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

export function ThemeSwitch() {
  const [theme, setTheme] = useTheme();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  return (
    <button
      type="button"
      className="icon-button"
      onClick={() => setTheme(next)}
      aria-label={`Colours: ${theme}. Change to ${next}`}
      title={`Colours: ${theme}`}
    >
      <Icon name={theme} />
    </button>
  );
}

const roleNames: Readonly<Record<Session['role'], string>> = {
  provider: 'Provider: all tenants',
  tenant: 'Administrator',
  helpdesk: 'Helpdesk',
  'read-only': 'Read only',
  me: 'My own devices',
};

function Account({ session }: { readonly session: Session }) {
  const { signOut } = useSignIn();
  return (
    <div className="account">
      <div>
        <strong title={session.name}>{session.user ?? session.name}</strong>
        <span>
          {roleNames[session.role]}
          {session.tenant !== null && ` · ${session.tenant}`}
        </span>
      </div>
      <ThemeSwitch />
      <button
        type="button"
        className="icon-button"
        aria-label="Sign out"
        title="Sign out"
        onClick={() => void signOut()}
      >
        <Icon name="leave" />
      </button>
    </div>
  );
}

/** `/` goes to the page's search, as in many tools; not while something is typed. */
function useSearchKey(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.closest('input, textarea, select, dialog');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}

/** A page begins at its top, and screen readers hear that it is another one. */
function useArrival(main: { readonly current: HTMLElement | null }): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location, main]);
}

/** What stands around every page: navigation beside it, or behind a button where the screen is narrow. */
export function Shell({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  useSearchKey();
  useArrival(main);
  const close = (): void => {
    setOpen(false);
    menu.current?.focus();
  };
  return (
    <div className="shell" data-nav={isOpen ? 'open' : 'closed'}>
      <a className="skip-link" href="#main" onClick={() => main.current?.focus()}>
        Skip to content
      </a>
      <header className="topbar">
        <button
          ref={menu}
          type="button"
          className="icon-button"
          aria-label="Menu"
          aria-expanded={isOpen}
          aria-controls="sidebar"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
        </button>
        <Brand />
      </header>
      {isOpen && <div className="backdrop" onClick={close} aria-hidden="true" />}
      <aside
        id="sidebar"
        className="sidebar"
        onKeyDown={(event) => {
          if (event.key === 'Escape' && isOpen) close();
        }}
      >
        <Brand version={session.version} />
        <Navigation session={session} onGo={() => setOpen(false)} />
        <Account session={session} />
      </aside>
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Skeleton lines={8} />}>{children}</Suspense>
      </main>
    </div>
  );
}

function Brand({ version }: { readonly version?: string }) {
  return (
    <Link href="/" className="brand">
      <img src="/godwit.svg" alt="" width="28" height="28" />
      <span>Godwit</span>
      {version !== undefined && <small>{version}</small>}
    </Link>
  );
}
