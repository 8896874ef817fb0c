import { useParams } from 'wouter';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Page, Section } from '../../frame/page.js';
import { Loaded } from '../../frame/states.js';
import { DeviceBadges, PolicyBadge, StandingBadge } from '../../parts/badge.js';
import { Facts } from '../../parts/facts.js';
import { Ago } from '../../parts/time.js';
import { Why } from '../access/why.js';
import { patienceWith } from '../wipe/patience.js';
import { Actions } from './actions.js';
import { Folders } from './folders.js';
import { HealthNotes } from './health-notes.js';
import { RecoveryPassword } from './recovery-password.js';
import { SetAside } from './set-aside.js';
import { Shares } from './shares.js';
import { Timeline } from './timeline.js';
import { Trace } from './trace.js';
import { Wipes } from './wipes.js';

/** Everything known about one device, and everything that can be done about it. */
export function DevicePage() {
  const { device: id = '' } = useParams<{ device: string }>();
  return <OneDevice key={id} id={id} />;
}

function OneDevice({ id }: { readonly id: string }) {
  const { role } = useSession();
  const resource = useResource(
    'GET /devices/{device}',
    { params: { device: id } },
    { every: (device) => patienceWith(device ? [device] : []) },
  );
  const { data, reload } = resource;
  return (
    <Page
      title={data ? nameOf(data) : 'Device'}
      lead={data && <WhoAndHow device={data} />}
      back={{ href: '/devices', label: 'All devices' }}
      actions={data && may(role, 'help') ? <Actions device={data} onChanged={reload} /> : undefined}
    >
      <Loaded resource={resource} lines={12}>
        {(device) => (
          <div className="stack">
            <HealthNotes device={device} />
            <div className="columns">
              <div className="stack">
                <Folders device={device} onChanged={reload} />
                <SetAside device={device} onChanged={reload} />
                {may(role, 'manage') && <Trace device={device} onChanged={reload} />}
                <Timeline device={id} changed={data} />
              </div>
              <div className="stack">
                <Section title="Device">
                  <Facts facts={factsOf(device)} />
                </Section>
                <Section title="Access and policy">
                  <Facts facts={accessOf(device)} />
                </Section>
                <Shares device={device} onChanged={reload} />
                <Wipes wipes={device.wipes} />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

export const nameOf = ({ friendlyName, model, deviceType, deviceId }: DeviceDetail): string =>
  friendlyName ?? model ?? (deviceType || deviceId);

function WhoAndHow({ device }: { readonly device: DeviceDetail }) {
  return (
    <span className="who">
      {device.user}
      <span>·</span>
      {device.tenant}
      <span>·</span>
      <span>
        seen <Ago at={device.lastSeenAt} />
      </span>
      <DeviceBadges device={device} />
    </span>
  );
}

type FactList = Parameters<typeof Facts>[0]['facts'];

const factsOf = (device: DeviceDetail): FactList => [
  ['Device id', <span className="mono">{device.deviceId}</span>],
  ['Type', device.deviceType],
  ['Model', device.model],
  ['System', device.os],
  ['Friendly name', device.friendlyName],
  ['User agent', <span className="mono">{device.userAgent}</span>],
  ['Protocol', device.protocolVersion],
  ['IMEI', device.facts.imei],
  ['Phone number', device.facts.phoneNumber],
  ['Operator', device.facts.mobileOperator],
  ['Language', device.facts.osLanguage],
  ['First seen', <Ago at={device.createdAt} />],
  ['Last seen', <Ago at={device.lastSeenAt} />],
  ['Last sync', <Ago at={device.lastSyncAt} />],
];

const accessOf = (device: DeviceDetail): FactList => [
  [
    'Access',
    <span>
      <StandingBadge standing={device.standing} />
      {device.standingReason !== '' && (
        <span className="under">
          <Why standingReason={device.standingReason} />
        </span>
      )}
    </span>,
  ],
  ['Decided by', device.decision === null ? 'the access rules' : `an administrator: ${device.decision}`],
  ['ActiveSync for the user', device.accountEnabled ? 'on' : 'switched off'],
  [
    'Policy',
    <span>
      {device.policy.name} <PolicyBadge state={device.policyState} />
      {device.exempt && <span className="under">exempt: a rule lets it in without a policy</span>}
    </span>,
  ],
  ['Recovery password', <RecoveryPassword device={device} />],
];
