import type { SharedFolder } from '../../api/types.js';
import { Badge } from '../../parts/badge.js';

/** For a device or a user. Those of the user are removed where they are kept. */
export function ShareList({
  shares,
  mayRemove,
  onRemove,
}: {
  readonly shares: readonly SharedFolder[];
  readonly mayRemove: (share: SharedFolder) => boolean;
  readonly onRemove: (share: SharedFolder) => void;
}) {
  return (
    <ul className="plain-list">
      {shares.map((share) => (
        <li key={share.id} className="with-action">
          <div>
            <strong>{share.name ?? share.path}</strong> <Badge tone="quiet">{share.itemClass}</Badge>
            <span className="under mono">{share.path}</span>
            <span className="under">
              {share.device === null ? 'on all devices of the user' : 'on this device'}, added by{' '}
              {share.createdBy}
            </span>
          </div>
          {mayRemove(share) && (
            <button
              type="button"
              className="button button-small"
              aria-label={`Remove shared folder ${share.name ?? share.path}`}
              onClick={() => onRemove(share)}
            >
              Remove
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
