import { useEffect, type ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.js';

/** A page's head: its name, which is also that of the browser's tab, and what can be done here. */
export function Page({
  title,
  lead,
  actions,
  back,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** The page one came from, for pages the navigation does not name. */
  readonly back?: { readonly href: string; readonly label: string };
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Godwit`;
  }, [title]);
  return (
    <>
      {back && (
        <p className="back">
          <Link href={back.href}>
            <Icon name="back" /> {back.label}
          </Link>
        </p>
      )}
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a page with a heading of its own. */
export function Section({
  title,
  actions,
  children,
  isFlush = false,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** For tables, which bring their own distance. */
  readonly isFlush?: boolean;
}) {
  return (
    <section className={isFlush ? 'card card-flush' : 'card'}>
      <header className="card-head">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
