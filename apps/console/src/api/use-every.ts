import { useEffect, useRef } from 'react';

/** Does something every so many milliseconds, while the page is looked at. */
export function useEvery(every: number, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, every);
    return () => clearInterval(timer);
  }, [every]);
}
