import { useState } from 'react';
import { api } from '../../api/client.js';
import { troubleOf, type Trouble } from '../../api/problem.js';
import { useSession } from '../../api/session.js';
import type { Policy, PolicySetting } from '../../api/types.js';
import type { Head } from './policy-head.js';
import { changesOf, draftOf, settingsOf, type Draft, type Settings } from './settings-draft.js';

export interface PolicyDraft {
  readonly head: Head;
  readonly setHead: (head: Head) => void;
  readonly draft: Draft;
  readonly setDraft: (change: (draft: Draft) => Draft) => void;
  /** Those that differ from the defaults. */
  readonly settings: Settings;
  /** Names of the settings that are not as they were saved. */
  readonly changes: readonly string[];
  readonly isTouched: boolean;
}

const headOf = ({ tenant, name, description, rule }: Policy): Head => ({ tenant, name, description, rule });

const isSameHead = (head: Head, policy: Policy): boolean =>
  head.name === policy.name && head.description === policy.description && head.rule === policy.rule;

/** A policy while it is edited; null begins a new one. */
export function usePolicyDraft(catalogue: readonly PolicySetting[], policy: Policy | null): PolicyDraft {
  const { tenant } = useSession();
  const saved = policy?.settings ?? {};
  const [head, setHead] = useState<Head>(
    policy ? headOf(policy) : { tenant, name: '', description: '', rule: null },
  );
  const [draft, setDraft] = useState<Draft>(() => draftOf(catalogue, saved));
  const settings = settingsOf(catalogue, draft);
  const changes = changesOf(saved, settings);
  const isTouched = policy === null || changes.length > 0 || !isSameHead(head, policy);
  return { head, setHead, draft, setDraft, settings, changes, isTouched };
}

/** Saves the draft. `wrong`: fields the server did not take; any other failure is thrown, for the dialog to show. */
export function usePolicySaving(
  policy: Policy | null,
  { head, settings }: PolicyDraft,
  onSaved: (policy: Policy) => void,
): { readonly save: (reason: string | undefined) => Promise<void>; readonly wrong: Trouble['fields'] } {
  const [wrong, setWrong] = useState<Trouble['fields']>([]);
  const save = async (reason: string | undefined): Promise<void> => {
    const body = { ...head, name: head.name.trim(), settings, reason };
    try {
      const saved = policy
        ? await api.call('PUT /policies/{policy}', { params: { policy: policy.id }, body })
        : await api.call('POST /policies', { body });
      setWrong([]);
      onSaved(saved);
    } catch (thrown) {
      const { fields } = troubleOf(thrown);
      if (fields.length === 0) throw thrown;
      setWrong(fields);
    }
  };
  return { save, wrong };
}
