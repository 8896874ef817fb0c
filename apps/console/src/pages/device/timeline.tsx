import { useEffect, useRef } from 'react';
import { usePages } from '../../api/use-pages.js';
import { Section } from '../../frame/page.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { More } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';
import { sayEvent } from './timeline-words.js';

/** What happened to a device, newest first. `changed`: whenever this is another value, it is loaded again. */
export function Timeline({ device, changed }: { readonly device: string; readonly changed: unknown }) {
  const pages = usePages('GET /devices/{device}/timeline', { params: { device }, query: { limit: 30 } });
  const { items, error, reload } = pages;
  const before = useRef(changed);
  const hasOnePage = (items?.length ?? 0) <= 30;
  useEffect(() => {
    // Somebody who reads far back is not thrown to the top.
    if (before.current !== changed && hasOnePage) reload();
    before.current = changed;
  }, [changed, hasOnePage, reload]);
  return (
    <Section title="Timeline">
      {Boolean(error) && <Failure error={error} retry={reload} />}
      {items === null && !error && <Skeleton lines={4} />}
      {items?.length === 0 && (
        <Empty icon="audit" title="Nothing has happened yet">
          <p>Decisions, policies, wipes and faults of this device will be listed here.</p>
        </Empty>
      )}
      {items !== null && items.length > 0 && (
        <ol className="timeline">
          {items.map((event) => {
            const { tone, title, details } = sayEvent(event);
            return (
              <li key={event.id} data-tone={tone}>
                <strong>{title}</strong> <Ago at={event.at} />
                {details.length > 0 && (
                  <span className="under">
                    {details.map(([name, value]) => `${name}: ${value}`).join(' · ')}
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      <More pages={pages} />
    </Section>
  );
}
