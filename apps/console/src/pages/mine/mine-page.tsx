import { useState } from 'react';
import { api } from '../../api/client.js';
import type { DeviceSummary } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Page } from '../../frame/page.js';
import { Empty, Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { DeviceBadges } from '../../parts/badge.js';
import { Facts } from '../../parts/facts.js';
import { Ago } from '../../parts/time.js';
import { patienceWith } from '../wipe/patience.js';
import { WipeDialog } from '../wipe/wipe-dialog.js';

type Wish = { readonly kind: 'wipe' | 'cancel' | 'forget'; readonly device: DeviceSummary };

const nameOf = ({ friendlyName, model, deviceType }: DeviceSummary): string =>
  friendlyName ?? model ?? (deviceType || 'Device');
const isCancellable = ({ wipe }: DeviceSummary): boolean =>
  wipe?.state === 'waiting' || wipe?.state === 'requested';

/** One's own devices: what they are, and what to do when one is lost. */
export function MinePage() {
  const resource = useResource('GET /me/devices', {}, { every: (mine) => patienceWith(mine?.items ?? []) });
  const [wish, setWish] = useState<Wish | null>(null);
  return (
    <Page title="My devices" lead="Phones and tablets that hold my mail. Lost one? Wipe it here, at once.">
      <Loaded resource={resource}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="devices" title="No device has my mail">
              <p>
                Add an Exchange account on the phone with your mail address and password; it appears here.
              </p>
            </Empty>
          ) : (
            <ul className="device-cards">
              {items.map((device) => (
                <DeviceCard key={device.id} device={device} onWish={(kind) => setWish({ kind, device })} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {wish && <Wished wish={wish} onClose={() => setWish(null)} onChanged={resource.reload} />}
    </Page>
  );
}

function DeviceCard({
  device,
  onWish,
}: {
  readonly device: DeviceSummary;
  readonly onWish: (kind: Wish['kind']) => void;
}) {
  const name = nameOf(device);
  const isUnderWay = isCancellable(device) || device.wipe?.state === 'sent';
  return (
    <li className="card">
      <div className="card-head">
        <h2>{name}</h2>
        <DeviceBadges device={device} />
      </div>
      <Facts
        facts={[
          ['Model', device.model],
          ['System', device.os],
          ['Last seen', <Ago at={device.lastSeenAt} />],
          ['Last sync', <Ago at={device.lastSyncAt} />],
          ['Device id', <span className="mono">{device.deviceId}</span>],
        ]}
      />
      <div className="card-actions">
        {isCancellable(device) && (
          <button type="button" className="button" onClick={() => onWish('cancel')}>
            I found it: cancel the wipe
          </button>
        )}
        {!isUnderWay && (
          <button type="button" className="button button-quiet-danger" onClick={() => onWish('wipe')}>
            I lost it: wipe<span className="visually-hidden"> {name}</span>
          </button>
        )}
        <button type="button" className="button" onClick={() => onWish('forget')}>
          I no longer have it<span className="visually-hidden">: {name}</span>
        </button>
      </div>
    </li>
  );
}

function Wished({
  wish: { kind, device },
  onClose,
  onChanged,
}: {
  readonly wish: Wish;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const say = useToast();
  const params = { device: device.id };
  const finish = (text: string): void => {
    say(text);
    onChanged();
  };
  if (kind === 'wipe')
    return (
      <WipeDialog
        device={device}
        onClose={onClose}
        onConfirm={async (chosen, reason) => {
          const { state } = await api.call('POST /me/devices/{device}/wipe', {
            params,
            body: { kind: chosen, reason },
          });
          finish(
            state === 'waiting'
              ? 'An administrator has to approve the wipe.'
              : 'The phone is wiped as soon as it connects.',
          );
        }}
      />
    );
  const words =
    kind === 'cancel'
      ? {
          title: 'Cancel the wipe?',
          action: 'Cancel wipe',
          text: 'The phone has not been told of it yet and goes on as before.',
        }
      : {
          title: 'Forget this device?',
          action: 'Forget device',
          text: 'Use this for a device you gave back or sold and had reset. It is not wiped by this.',
        };
  return (
    <ConfirmDialog
      title={words.title}
      action={words.action}
      asksReason={false}
      onClose={onClose}
      onConfirm={async () => {
        if (kind === 'cancel') await api.call('DELETE /me/devices/{device}/wipe', { params, body: {} });
        else await api.call('DELETE /me/devices/{device}', { params, body: {} });
        finish(kind === 'cancel' ? 'The wipe is cancelled.' : 'The device is forgotten.');
      }}
    >
      <p>
        <strong>{nameOf(device)}</strong>. {words.text}
      </p>
    </ConfirmDialog>
  );
}
