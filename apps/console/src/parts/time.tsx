import { useEffect, useState } from 'react';
import { sayAgo } from './say-time.js';

/** The time, told again every so many milliseconds while somebody looks. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago, and exactly when if one points at it. */
export function Ago({ at, never = 'never' }: { readonly at: string | null; readonly never?: string }) {
  const now = useNow(20_000);
  if (at === null) return <span className="quiet">{never}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={exactly.format(date)}>
      {sayAgo(date.getTime(), now)}
    </time>
  );
}

export function Moment({ at }: { readonly at: string }) {
  return <time dateTime={at}>{exactly.format(new Date(at))}</time>;
}
