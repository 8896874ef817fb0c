import { useEffect, useState } from 'react';
import { api } from '../../api/client.js';
import { listen, type StreamState } from '../../api/events.js';
import type { DeviceDetail, TraceText } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Section } from '../../frame/page.js';
import { useToast } from '../../frame/toasts.js';
import { Badge } from '../../parts/badge.js';
import { sayDuration } from '../../parts/say-time.js';
import { useNow } from '../../parts/time.js';
import { Xml } from './xml.js';

/** Entries kept on the page; the server keeps more. */
const KEPT = 200;

/** Writes down what the device sends and is sent, readable and without secrets, and shows it as it comes. */
export function Trace({
  device,
  onChanged,
}: {
  readonly device: DeviceDetail;
  readonly onChanged: () => void;
}) {
  const [wish, setWish] = useState<'start' | 'stop' | null>(null);
  const say = useToast();
  const now = useNow(5000);
  const params = { device: device.id };
  const until = device.traceUntil === null ? 0 : Date.parse(device.traceUntil);
  const isOn = until > now;
  return (
    <Section
      title="Live trace"
      actions={
        <span className="badges">
          {isOn && <Badge tone="warn">{`on for ${sayDuration(until - now)}`}</Badge>}
          <button
            type="button"
            className="button button-small"
            onClick={() => setWish(isOn ? 'stop' : 'start')}
          >
            {isOn ? 'Stop trace' : 'Start trace'}
          </button>
        </span>
      }
    >
      {isOn ? (
        <Entries device={device.id} />
      ) : (
        <p className="quiet">
          Shows each request and answer as readable XML. Texts, addresses and passwords are left out.
        </p>
      )}
      {wish === 'start' && (
        <StartDialog
          user={device.user}
          onClose={() => setWish(null)}
          onConfirm={async (minutes, reason) => {
            await api.call('PUT /devices/{device}/trace', { params, body: { minutes, reason } });
            say('The trace is on.');
            onChanged();
          }}
        />
      )}
      {wish === 'stop' && (
        <ConfirmDialog
          title="Stop the trace?"
          action="Stop and forget"
          onClose={() => setWish(null)}
          onConfirm={async ({ reason }) => {
            await api.call('DELETE /devices/{device}/trace', { params, body: { reason } });
            say('The trace is off, and what it wrote is forgotten.');
            onChanged();
          }}
        >
          <p>What was written is forgotten, too. Copy what you need before.</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function StartDialog({
  user,
  onConfirm,
  onClose,
}: {
  readonly user: string;
  readonly onConfirm: (minutes: number, reason: string | undefined) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [minutes, setMinutes] = useState(15);
  return (
    <ConfirmDialog
      title="Trace this device?"
      action="Start trace"
      onClose={onClose}
      onConfirm={({ reason }) => onConfirm(minutes, reason)}
    >
      <p>
        What the phone of <strong>{user}</strong> sends and is sent is written down, without the content of
        mails. It ends by itself.
      </p>
      <label className="field">
        <span>For how long</span>
        <select value={minutes} onChange={({ target }) => setMinutes(Number(target.value))}>
          {[5, 15, 60, 240, 1440].map((one) => (
            <option key={one} value={one}>
              {sayDuration(one * 60_000)}
            </option>
          ))}
        </select>
      </label>
    </ConfirmDialog>
  );
}

const keyOf = ({ at, request, kind }: TraceText): string => `${at} ${request} ${kind}`;

/** Newest first, each once: what was written before, and what comes. */
function useEntries(device: string) {
  const [entries, setEntries] = useState<readonly TraceText[]>([]);
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    const add = (more: readonly TraceText[]): void =>
      setEntries((known) => {
        const byKey = new Map([...known, ...more].map((entry) => [keyOf(entry), entry]));
        return [...byKey.values()].sort((a, b) => b.at.localeCompare(a.at)).slice(0, KEPT);
      });
    const params = { device };
    const load = (): void =>
      void api.call('GET /devices/{device}/trace', { params, query: { limit: KEPT } }).then(
        ({ items }) => add(items),
        // The stream below says what is wrong.
        () => undefined,
      );
    load();
    return listen(
      'GET /devices/{device}/trace/live',
      { params },
      { events: { entry: (data) => add([data as TraceText]) }, state: setState },
    );
  }, [device]);
  return { entries, state };
}

function Entries({ device }: { readonly device: string }) {
  const { entries, state } = useEntries(device);
  return (
    <>
      {state === 'lost' && (
        <p className="form-error" role="alert">
          The connection is lost; trying again.
        </p>
      )}
      {entries.length === 0 ? (
        <p className="quiet" role="status">
          Waiting for the phone’s next request…
        </p>
      ) : (
        <ol className="trace" aria-label="Trace, newest first">
          {entries.map((entry, index) => (
            <Entry key={keyOf(entry)} entry={entry} isOpen={index === 0} />
          ))}
        </ol>
      )}
    </>
  );
}

function Entry({ entry, isOpen }: { readonly entry: TraceText; readonly isOpen: boolean }) {
  const { at, kind, command, status, text, node } = entry;
  return (
    <li>
      <details open={isOpen}>
        <summary>
          <Badge tone={kind === 'request' ? 'info' : 'quiet'}>{kind}</Badge>
          <strong>{command}</strong>
          {status !== null && <Badge tone={status < 400 ? 'good' : 'bad'}>{`HTTP ${status}`}</Badge>}
          <span className="quiet">
            {new Date(at).toLocaleTimeString()} · {node}
          </span>
        </summary>
        <Xml text={text} />
      </details>
    </li>
  );
}
