import { Link, useParams } from 'wouter';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceSummary, User } from '../../api/types.js';
import { usePages } from '../../api/use-pages.js';
import { useResource } from '../../api/use-resource.js';
import { Page, Section } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { Failure, Loaded, Skeleton } from '../../frame/states.js';
import { Badge, DeviceBadges } from '../../parts/badge.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';
import { TestLogin } from './test-login.js';
import { UserPasswords } from './user-passwords.js';
import type { OfUser } from './of-user.js';
import { UserShares } from './user-shares.js';

const back = { href: '/users', label: 'All users' };

/** One user: devices, whether they may sync, and what helps when "my phone gets no mail". */
export function UserPage() {
  const params = useParams<{ tenant: string; user: string }>();
  const of = { tenant: decodeURIComponent(params.tenant), user: decodeURIComponent(params.user) };
  return <OneUser key={`${of.tenant} ${of.user}`} of={of} />;
}

function OneUser({ of }: { readonly of: OfUser }) {
  const { role } = useSession();
  const resource = useResource('GET /users/{tenant}/{user}', { params: of });
  const { data, reload } = resource;
  const mayHelp = may(role, 'help');
  return (
    <Page
      title={of.user}
      lead={data && <Lead user={data} />}
      back={back}
      actions={data && mayHelp ? <Switch user={data} onChanged={reload} /> : undefined}
    >
      <Loaded resource={resource} lines={10}>
        {() => (
          <div className="columns">
            <div className="stack">
              <UserDevices of={of} />
              {mayHelp && <TestLogin of={of} />}
            </div>
            <div className="stack">
              <UserShares of={of} />
              <UserPasswords of={of} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Lead({ user: { tenant, enabled, lastSeenAt } }: { readonly user: User }) {
  return (
    <span className="who">
      {tenant}
      <span>·</span>
      <span>
        seen <Ago at={lastSeenAt} />
      </span>
      <Badge tone={enabled ? 'good' : 'bad'}>{enabled ? 'ActiveSync on' : 'ActiveSync off'}</Badge>
    </span>
  );
}

function Switch({ user, onChanged }: { readonly user: User; readonly onChanged: () => void }) {
  const { ask, dialog } = useQuestion(onChanged);
  const { tenant, user: name, enabled } = user;
  const question = {
    title: enabled ? 'Switch ActiveSync off?' : 'Switch ActiveSync on?',
    text: (
      <p>
        {enabled
          ? `No phone of ${name} syncs any more, within seconds. What they hold stays on them: to take that away, wipe them.`
          : `Phones of ${name} sync again with their next request, without a new set-up.`}
      </p>
    ),
    action: enabled ? 'Switch off' : 'Switch on',
    isDangerous: enabled,
    done: `ActiveSync is ${enabled ? 'off' : 'on'} for ${name}.`,
    act: (reason: string | undefined) =>
      api.call('PUT /users/{tenant}/{user}', {
        params: { tenant, user: name },
        body: { enabled: !enabled, reason },
      }),
  };
  return (
    <>
      <button
        type="button"
        className={enabled ? 'button button-quiet-danger' : 'button button-primary'}
        onClick={() => ask(question)}
      >
        {enabled ? 'Switch ActiveSync off' : 'Switch ActiveSync on'}
      </button>
      {dialog}
    </>
  );
}

const columns: readonly Column<DeviceSummary>[] = [
  {
    title: 'Device',
    isName: true,
    cell: ({ id, friendlyName, model, deviceType, deviceId, os }) => (
      <>
        <Link href={`/devices/${id}`} className="row-link">
          {friendlyName ?? model ?? (deviceType || deviceId)}
        </Link>
        <span className="under">{[os, deviceType].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  { title: 'State', cell: (device) => <DeviceBadges device={device} /> },
  { title: 'Last seen', isShort: true, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
];

function UserDevices({ of }: { readonly of: OfUser }) {
  const pages = usePages('GET /devices', { query: { ...of } });
  const { items } = pages;
  return (
    <Section title="Devices" isFlush>
      {Boolean(pages.error) && <Failure error={pages.error} retry={pages.reload} />}
      {items === null && !pages.error && (
        <div className="card-body">
          <Skeleton lines={3} />
        </div>
      )}
      {items?.length === 0 && <p className="card-body quiet">No device yet.</p>}
      {items !== null && items.length > 0 && (
        <DataTable caption="Devices of this user" columns={columns} rows={items} keyOf={({ id }) => id} />
      )}
      <More pages={pages} />
    </Section>
  );
}
