import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { Policy, PolicySetting } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { FieldTroubles } from '../../frame/field.js';
import { Page } from '../../frame/page.js';
import { Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { PolicyHead, type Head } from './policy-head.js';
import { SaveDialog } from './save-dialog.js';
import { SettingGroups } from './setting-groups.js';
import { changesOf, draftOf, settingsOf, type Draft } from './settings-draft.js';

const back = { href: '/policies', label: 'All policies' };

/** The editor of a policy that is there. */
export function PolicyPage() {
  const { policy: id = '' } = useParams<{ policy: string }>();
  return id === 'new' ? <NewPolicyPage /> : <OnePolicy key={id} id={id} />;
}

function OnePolicy({ id }: { readonly id: string }) {
  const catalogue = useResource('GET /policy-settings', {});
  const policy = useResource('GET /policies/{policy}', { params: { policy: id } });
  const { data } = policy;
  const [error, resource] = [catalogue.error ?? policy.error, { ...policy }];
  const both = catalogue.data && data ? { items: catalogue.data.items, policy: data } : null;
  if (both)
    return (
      <Editor
        key={both.policy.updatedAt}
        catalogue={both.items}
        policy={both.policy}
        onSaved={policy.reload}
      />
    );
  return (
    <Page title="Policy" back={back}>
      <Loaded resource={{ ...resource, data: null, error }} lines={12}>
        {() => null}
      </Loaded>
    </Page>
  );
}

function NewPolicyPage() {
  const catalogue = useResource('GET /policy-settings', {});
  const [, go] = useLocation();
  if (!catalogue.data)
    return (
      <Page title="New policy" back={back}>
        <Loaded resource={catalogue} lines={12}>
          {() => null}
        </Loaded>
      </Page>
    );
  return (
    <Editor
      catalogue={catalogue.data.items}
      policy={null}
      onSaved={({ id }) => go(`/policies/${id}`, { replace: true })}
    />
  );
}

/** Settings in groups, marked where they differ from the defaults. Saving says what it brings about. */
function Editor({
  catalogue,
  policy,
  onSaved,
}: {
  readonly catalogue: readonly PolicySetting[];
  /** Null: a new one. */
  readonly policy: Policy | null;
  readonly onSaved: (policy: Policy) => void;
}) {
  const session = useSession();
  const say = useToast();
  const [head, setHead] = useState<Head>({
    tenant: policy ? policy.tenant : session.tenant,
    name: policy?.name ?? '',
    description: policy?.description ?? '',
    rule: policy?.rule ?? null,
  });
  const [draft, setDraft] = useState<Draft>(() => draftOf(catalogue, policy?.settings ?? {}));
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const settings = settingsOf(catalogue, draft);
  const changes = changesOf(policy?.settings ?? {}, settings);
  const isOthers = policy !== null && policy.tenant === null && session.tenant !== null;
  const isReadOnly = isOthers || !may(session.role, 'manage');
  const isTouched = policy === null || changes.length > 0 || headChanges(head, policy);

  const save = async (reason: string | undefined): Promise<void> => {
    const body = { ...head, name: head.name.trim(), settings, reason };
    try {
      const saved = policy
        ? await api.call('PUT /policies/{policy}', { params: { policy: policy.id }, body })
        : await api.call('POST /policies', { body });
      setError(null);
      say(policy ? `${saved.name} is saved.` : `${saved.name} is made. Assign it to give it to devices.`);
      onSaved(saved);
    } catch (thrown) {
      // What is wrong with a field is shown there, behind the dialog; anything else in it.
      if (troubleOf(thrown).fields.length === 0) throw thrown;
      setError(thrown);
    }
  };
  const fields = error === null ? [] : troubleOf(error).fields;
  const count = Object.keys(settings).length;
  return (
    <Page
      title={policy?.name ?? 'New policy'}
      lead={`${count === 0 ? 'All settings are' : count === 1 ? 'One setting differs, all others are' : `${count} settings differ, all others are`} as they are by default`}
      back={back}
    >
      <FieldTroubles fields={fields}>
        <div className="stack">
          {fields.length > 0 && <WrongFields fields={fields} />}
          {isOthers && (
            <p className="note">The provider keeps this policy; it can be assigned, not changed.</p>
          )}
          <PolicyHead head={head} isNew={policy === null} isReadOnly={isReadOnly} onChange={setHead} />
          <SettingGroups catalogue={catalogue} draft={draft} isReadOnly={isReadOnly} onChange={setDraft} />
        </div>
      </FieldTroubles>
      {!isReadOnly && (
        <div className="save-bar">
          <span>{isTouched ? sayChanges(changes.length) : 'Nothing is changed'}</span>
          <button
            type="button"
            className="button button-primary"
            disabled={!isTouched || head.name.trim() === ''}
            onClick={() => setSaving(true)}
          >
            {policy ? 'Save policy' : 'Make policy'}
          </button>
        </div>
      )}
      {isSaving && (
        <SaveDialog
          policy={policy}
          changes={changes}
          isRuleChanged={policy !== null && head.rule !== policy.rule}
          onClose={() => setSaving(false)}
          onConfirm={save}
        />
      )}
    </Page>
  );
}

const headChanges = (head: Head, policy: Policy): boolean =>
  head.name !== policy.name || head.description !== policy.description || head.rule !== policy.rule;

const sayChanges = (count: number): string =>
  count === 0 ? 'Not saved yet' : `Not saved yet: ${count} ${count === 1 ? 'setting' : 'settings'} changed`;

function WrongFields({ fields }: { readonly fields: ReturnType<typeof troubleOf>['fields'] }) {
  return (
    <div className="form-error" role="alert">
      <strong>Not saved: the server does not take {fields.length === 1 ? 'a value' : 'some values'}.</strong>
      <ul>
        {fields.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path.replace(/^settings\./, '')}</code>: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
