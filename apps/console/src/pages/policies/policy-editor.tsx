import { useState } from 'react';
import type { Trouble } from '../../api/problem.js';
import { may } from '../../api/rights.js';
import { useSession, type Session } from '../../api/session.js';
import type { Policy, PolicySetting } from '../../api/types.js';
import { FieldTroubles } from '../../frame/field.js';
import { Page } from '../../frame/page.js';
import { useToast } from '../../frame/toasts.js';
import { PolicyHead } from './policy-head.js';
import { SaveDialog } from './save-dialog.js';
import { SettingGroups } from './setting-groups.js';
import { usePolicyDraft, usePolicySaving } from './use-policy-draft.js';

/** Where the pages of one policy lead back to. */
export const allPolicies = { href: '/policies', label: 'All policies' };

interface EditorProps {
  readonly catalogue: readonly PolicySetting[];
  /** Null: a new one. */
  readonly policy: Policy | null;
  readonly onSaved: (policy: Policy) => void;
}

/** Settings in groups, marked where they differ from the defaults. Saving says what it brings about. */
export function PolicyEditor({ catalogue, policy, onSaved }: EditorProps) {
  const session = useSession();
  const say = useToast();
  const edited = usePolicyDraft(catalogue, policy);
  const { head, draft, changes } = edited;
  const { save, wrong } = usePolicySaving(policy, edited, (saved) => {
    say(policy ? `${saved.name} is saved.` : `${saved.name} is made. Assign it to give it to devices.`);
    onSaved(saved);
  });
  const [isSaving, setSaving] = useState(false);
  const isOthers = isProviders(policy, session);
  const isReadOnly = isOthers || !may(session.role, 'manage');
  return (
    <Page
      title={policy?.name ?? 'New policy'}
      lead={sayDiffering(Object.keys(edited.settings).length)}
      back={allPolicies}
    >
      <FieldTroubles fields={wrong}>
        <div className="stack">
          {wrong.length > 0 && <WrongFields fields={wrong} />}
          {isOthers && (
            <p className="note">The provider keeps this policy; it can be assigned, not changed.</p>
          )}
          <PolicyHead head={head} isNew={policy === null} isReadOnly={isReadOnly} onChange={edited.setHead} />
          <SettingGroups
            catalogue={catalogue}
            draft={draft}
            isReadOnly={isReadOnly}
            onChange={edited.setDraft}
          />
        </div>
      </FieldTroubles>
      {!isReadOnly && (
        <SaveBar
          said={edited.isTouched ? sayChanges(changes.length) : 'Nothing is changed'}
          action={actionOn(policy)}
          isReady={edited.isTouched && head.name.trim() !== ''}
          onSave={() => setSaving(true)}
        />
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

/** Whether it is the provider's, looked at by a tenant's administrator. */
const isProviders = (policy: Policy | null, { tenant }: Session): boolean =>
  policy !== null && policy.tenant === null && tenant !== null;

const actionOn = (policy: Policy | null): string => (policy ? 'Save policy' : 'Make policy');

function sayDiffering(count: number): string {
  if (count === 0) return 'All settings are as they are by default';
  return `${count === 1 ? 'One setting differs' : `${count} settings differ`}, all others are as they are by default`;
}

const sayChanges = (count: number): string =>
  count === 0 ? 'Not saved yet' : `Not saved yet: ${count} ${count === 1 ? 'setting' : 'settings'} changed`;

function SaveBar({
  said,
  action,
  isReady,
  onSave,
}: {
  readonly said: string;
  readonly action: string;
  readonly isReady: boolean;
  readonly onSave: () => void;
}) {
  return (
    <div className="save-bar">
      <span>{said}</span>
      <button type="button" className="button button-primary" disabled={!isReady} onClick={onSave}>
        {action}
      </button>
    </div>
  );
}

function WrongFields({ fields }: { readonly fields: Trouble['fields'] }) {
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
