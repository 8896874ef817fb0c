import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Role } from '#admin-api';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail, Standing } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { useToast } from '../../frame/toasts.js';
import { ResyncDialog } from './resync-dialog.js';
import { WipeDialog } from '../wipe/wipe-dialog.js';

type Decision = Standing | null;
type DeedWish = { kind: 'access'; decision: Decision } | { kind: 'loops' | 'approve' | 'cancel' | 'remove' };
type Wish = DeedWish | { kind: 'resync' } | { kind: 'wipe' };

interface DecisionWords {
  readonly button: string;
  readonly title: string;
  readonly text: string;
  readonly done: string;
  readonly isDangerous?: boolean;
}

const decisions: Readonly<Record<Standing | 'rules', DecisionWords>> = {
  allowed: {
    button: 'Allow',
    title: 'Allow this device?',
    text: 'It syncs from its next request on, whatever the access rules say.',
    done: 'The device is allowed.',
  },
  blocked: {
    button: 'Block',
    title: 'Block this device?',
    text: 'It is refused within seconds and gets no mail any more. What it already holds stays on it: to take that away, wipe it.',
    done: 'The device is blocked.',
    isDangerous: true,
  },
  quarantined: {
    button: 'Quarantine',
    title: 'Put this device into quarantine?',
    text: 'It shows one mail that explains why, and nothing else, until somebody decides.',
    done: 'The device is in quarantine.',
  },
  rules: {
    button: 'Leave to rules',
    title: 'Leave this device to the access rules?',
    text: 'The decision of an administrator is taken back; the rules of the tenant decide again.',
    done: 'The access rules decide about the device again.',
  },
};

const standings: readonly Standing[] = ['allowed', 'quarantined', 'blocked'];

/** Wipes that can still be called back: the phone has not been told. */
const isCancellable = (device: DeviceDetail): boolean =>
  device.wipe?.state === 'waiting' || device.wipe?.state === 'requested';
const isUnderWay = (device: DeviceDetail): boolean => isCancellable(device) || device.wipe?.state === 'sent';

interface Offer {
  readonly label: string;
  readonly wish: Wish;
  readonly isDangerous?: boolean;
}

/** What can be done about a device as it is, by somebody of this role. */
function offersOf(device: DeviceDetail, role: Role): readonly Offer[] {
  const isManager = may(role, 'manage');
  const all: readonly (Offer & { readonly isOffered: boolean })[] = [
    ...standings.map((decision) => ({
      label: decisions[decision].button,
      wish: { kind: 'access', decision } as const,
      isOffered: decision !== device.standing,
    })),
    {
      label: decisions.rules.button,
      wish: { kind: 'access', decision: null },
      isOffered: device.decision !== null,
    },
    { label: 'Load again', wish: { kind: 'resync' }, isOffered: true },
    {
      label: 'Clear loops',
      wish: { kind: 'loops' },
      isOffered: device.folders.some(({ retries, cap }) => retries > 0 || cap !== null),
    },
    {
      label: 'Approve wipe',
      wish: { kind: 'approve' },
      isDangerous: true,
      isOffered: isManager && device.wipe?.state === 'waiting',
    },
    { label: 'Cancel wipe', wish: { kind: 'cancel' }, isOffered: isCancellable(device) },
    { label: 'Wipe', wish: { kind: 'wipe' }, isDangerous: true, isOffered: !isUnderWay(device) },
    { label: 'Remove', wish: { kind: 'remove' }, isDangerous: true, isOffered: isManager },
  ];
  return all.filter(({ isOffered }) => isOffered);
}

/** Buttons, each leading to a question that says what will happen. */
export function Actions({
  device,
  onChanged,
}: {
  readonly device: DeviceDetail;
  readonly onChanged: () => void;
}) {
  const { role } = useSession();
  const [wish, setWish] = useState<Wish | null>(null);
  const asked = { device, onClose: () => setWish(null), onChanged };
  return (
    <>
      {offersOf(device, role).map(({ label, wish: offered, isDangerous }) => (
        <button
          key={label}
          type="button"
          className={isDangerous ? 'button button-quiet-danger' : 'button'}
          onClick={() => setWish(offered)}
        >
          {label}
        </button>
      ))}
      {wish?.kind === 'resync' && <ResyncDialog {...asked} />}
      {wish?.kind === 'wipe' && <AskWipe {...asked} />}
      {wish !== null && wish.kind !== 'resync' && wish.kind !== 'wipe' && <Question {...asked} wish={wish} />}
    </>
  );
}

interface Asked {
  readonly device: DeviceDetail;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function AskWipe({ device, onClose, onChanged }: Asked) {
  const say = useToast();
  return (
    <WipeDialog
      device={device}
      onClose={onClose}
      onConfirm={async (kind, reason) => {
        const params = { device: device.id };
        const { state } = await api.call('POST /devices/{device}/wipe', { params, body: { kind, reason } });
        say(
          state === 'waiting'
            ? 'The wipe waits for the approval of a second administrator.'
            : 'The phone is wiped as soon as it connects.',
        );
        onChanged();
      }}
    />
  );
}

interface Deed {
  readonly title: string;
  readonly action: string;
  readonly text: string;
  readonly done: string;
  readonly isDangerous?: boolean;
  readonly act: (reason: string | undefined) => Promise<unknown>;
}

function deedOf(wish: DeedWish, device: DeviceDetail): Deed {
  const params = { device: device.id };
  switch (wish.kind) {
    case 'access': {
      const { button, ...words } = decisions[wish.decision ?? 'rules'];
      const { decision } = wish;
      return {
        ...words,
        action: button,
        act: (reason) => api.call('POST /devices/{device}/access', { params, body: { decision, reason } }),
      };
    }
    case 'loops':
      return {
        title: 'Clear the loops of this device?',
        action: 'Clear loops',
        text: 'Godwit forgets that the phone asked for the same again and again, and sends answers of full size.',
        done: 'The loops are cleared.',
        act: (reason) => api.call('DELETE /devices/{device}/loops', { params, body: { reason } }),
      };
    case 'approve':
      return {
        title: 'Approve this wipe?',
        action: 'Approve wipe',
        text: `Asked for by ${device.wipes[0]?.requestedBy ?? 'somebody else'}. The phone is told with its next request, and it cannot be undone.`,
        done: 'The wipe is approved.',
        isDangerous: true,
        act: (reason) => api.call('POST /devices/{device}/wipe/approval', { params, body: { reason } }),
      };
    case 'cancel':
      return {
        title: 'Cancel the wipe?',
        action: 'Cancel wipe',
        text: 'The phone has not been told of it yet. It goes on as before.',
        done: 'The wipe is cancelled.',
        act: (reason) => api.call('DELETE /devices/{device}/wipe', { params, body: { reason } }),
      };
    case 'remove':
      return {
        title: 'Remove this device?',
        action: 'Remove device',
        text: 'Everything known of it is forgotten, its wipe included. The phone keeps what it holds; if it comes again, it starts anew.',
        done: 'The device is removed.',
        isDangerous: true,
        act: (reason) => api.call('DELETE /devices/{device}', { params, body: { reason } }),
      };
  }
}

function Question({ wish, device, onClose, onChanged }: Asked & { readonly wish: DeedWish }) {
  const say = useToast();
  const [, go] = useLocation();
  const { title, action, text, done, isDangerous, act } = deedOf(wish, device);
  return (
    <ConfirmDialog
      title={title}
      action={action}
      isDangerous={isDangerous}
      onClose={onClose}
      onConfirm={async ({ reason }) => {
        await act(reason);
        say(done);
        if (wish.kind === 'remove') go('/devices');
        else onChanged();
      }}
    >
      <p>
        <strong>{device.friendlyName ?? device.model ?? device.deviceId}</strong> of{' '}
        <strong>{device.user}</strong>. {text}
      </p>
    </ConfirmDialog>
  );
}
