import { useState } from 'react';
import { Link } from 'wouter';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { AccessRule } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { Empty, Loaded } from '../../frame/states.js';
import { Defaults } from './defaults.js';
import { RuleDialog } from './rule-dialog.js';
import { draftOf, emptyDraft, scopesOf } from './rule-draft.js';
import { RuleList } from './rule-list.js';
import { Trial } from './trial.js';

/** Which devices are let in: rules in their order, what becomes of the rest, and a way to try it. */
export function AccessPage() {
  const session = useSession();
  const resource = useResource('GET /access-rules', {});
  const { reload } = resource;
  const [edited, setEdited] = useState<AccessRule | 'new' | null>(null);
  const isManager = may(session.role, 'manage');
  return (
    <Page
      title="Access rules"
      lead={
        <>
          The first rule that fits decides. An administrator’s decision about{' '}
          <Link href="/devices">one device</Link> counts more.
        </>
      }
      actions={
        isManager && (
          <button type="button" className="button button-primary" onClick={() => setEdited('new')}>
            <Icon name="add" /> New rule
          </button>
        )
      }
    >
      <div className="columns">
        <div className="stack">
          <Loaded resource={resource}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty icon="rules" title="No rules yet">
                  <p>
                    Every device meets its tenant’s setting for devices no rule fits. A rule can let in, hold
                    or keep out devices by type, model, system, user agent, user or protocol version.
                  </p>
                </Empty>
              ) : (
                scopesOf(items).map(({ tenant, rules }) => (
                  <RuleList
                    key={tenant ?? ''}
                    tenant={tenant}
                    rules={rules}
                    onEdit={isManager && mayChange(session.tenant, tenant) ? setEdited : undefined}
                    onChanged={reload}
                  />
                ))
              )
            }
          </Loaded>
        </div>
        <div className="stack">
          <Trial />
          <Defaults />
        </div>
      </div>
      {edited !== null && (
        <RuleDialog
          draft={edited === 'new' ? emptyDraft(session.tenant) : draftOf(edited)}
          {...(edited !== 'new' && { rule: edited })}
          onClose={() => setEdited(null)}
          onSaved={reload}
        />
      )}
    </Page>
  );
}

/** The provider's rules are for a tenant's administrator to read. */
const mayChange = (own: string | null, tenant: string | null): boolean => own === null || own === tenant;
