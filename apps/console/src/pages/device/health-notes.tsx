import type { DeviceDetail } from '../../api/types.js';
import { Icon } from '../../frame/icon.js';
import { Ago } from '../../parts/time.js';
import { explainHealth } from './health.js';

/** What is wrong with a device, in words, above everything else. Nothing if nothing is. */
export function HealthNotes({ device }: { readonly device: DeviceDetail }) {
  const { health, lastError, lastErrorAt } = device;
  if (health.length === 0 && lastError === null) return null;
  return (
    <ul className="health" aria-label="What is wrong">
      {health.map((code) => {
        const { title, text } = explainHealth(code);
        return (
          <li key={code}>
            <Icon name="alert" />
            <div>
              <strong>{title}</strong> <code className="quiet">{code}</code>
              <p>{text}</p>
            </div>
          </li>
        );
      })}
      {lastError !== null && (
        <li>
          <Icon name="alert" />
          <div>
            <strong>Last error</strong> <Ago at={lastErrorAt} />
            <p className="mono">{lastError}</p>
          </div>
        </li>
      )}
    </ul>
  );
}
