import type { Wipe } from '../../api/types.js';
import { Section } from '../../frame/page.js';
import { WipeBadge } from '../../parts/badge.js';
import { Ago } from '../../parts/time.js';

/** Who had the device wiped, why, and what became of it. Nothing where it never was. */
export function Wipes({ wipes }: { readonly wipes: readonly Wipe[] }) {
  if (wipes.length === 0) return null;
  return (
    <Section title="Wipes">
      <ul className="plain-list">
        {wipes.map((wipe) => (
          <li key={wipe.id}>
            <WipeBadge kind={wipe.kind} state={wipe.state} />
            <span className="under">
              asked by {wipe.requestedBy} <Ago at={wipe.requestedAt} />
              {wipe.approvedBy !== null && `, approved by ${wipe.approvedBy}`}
            </span>
            {wipe.reason !== null && <span className="under">“{wipe.reason}”</span>}
            {wipe.sentAt !== null && (
              <span className="under">
                the phone was told <Ago at={wipe.sentAt} />
              </span>
            )}
            {wipe.finishedAt !== null && (
              <span className="under">
                ended <Ago at={wipe.finishedAt} />
                {wipe.state === 'confirmed' &&
                  (wipe.verified
                    ? ', surely by the device itself'
                    : ', by somebody who did not prove to be the device')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
