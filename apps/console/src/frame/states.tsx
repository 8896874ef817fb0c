import type { ReactNode } from 'react';
import { troubleOf } from '../api/problem.js';
import { Icon, type IconName } from './icon.js';

/** What could not be loaded: why, and a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, detail, fields } = troubleOf(error);
  return (
    <div className="state state-failure" role="alert">
      <Icon name="alert" />
      <div>
        <h2>{title}</h2>
        <p>{detail}</p>
        {fields.length > 1 && (
          <ul>
            {fields.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code>: {message}
              </li>
            ))}
          </ul>
        )}
        {retry && (
          <button type="button" className="button" onClick={retry}>
            <Icon name="refresh" /> Try again
          </button>
        )}
      </div>
    </div>
  );
}

/** Nothing is there: why that may be, and what to do. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="state">
      <Icon name={icon} />
      <div>
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}

/** Where content will be, while it is on its way. */
export function Skeleton({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Loading…</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={`skeleton-line skeleton-${line % 3}`} />
      ))}
    </div>
  );
}

/** What is loaded: its content, or why there is none. Content stays while it is loaded again. */
export function Loaded<T>({
  resource,
  lines,
  children,
}: {
  readonly resource: {
    readonly data: T | null;
    readonly error: unknown;
    readonly reload: () => void;
  };
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, reload } = resource;
  if (data === null) return error ? <Failure error={error} retry={reload} /> : <Skeleton lines={lines} />;
  return (
    <>
      {Boolean(error) && <Failure error={error} retry={reload} />}
      {children(data)}
    </>
  );
}
