import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { SharedFolder } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Section } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { ShareDialog } from '../device/share-dialog.js';
import { ShareList } from '../device/share-list.js';
import type { OfUser } from './of-user.js';

/** Folders of others that all devices of a user are shown. */
export function UserShares({ of }: { readonly of: OfUser }) {
  const { role } = useSession();
  const say = useToast();
  const resource = useResource('GET /users/{tenant}/{user}/shares', { params: of });
  const { ask, dialog } = useQuestion(resource.reload);
  const [isAdding, setAdding] = useState(false);
  const mayHelp = may(role, 'help');
  const remove = (share: SharedFolder): void =>
    ask({
      title: 'Show this folder no longer?',
      text: (
        <p>
          <strong>{share.name ?? share.path}</strong> disappears from all devices of {of.user}. Nothing is
          deleted where it is kept.
        </p>
      ),
      action: 'Remove folder',
      done: 'The devices drop the folder with their next look at their folders.',
      act: (reason) =>
        api.call('DELETE /users/{tenant}/{user}/shares/{share}', {
          params: { ...of, share: share.id },
          body: { reason },
        }),
    });
  return (
    <Section
      title="Shared folders"
      actions={
        mayHelp && (
          <button type="button" className="button button-small" onClick={() => setAdding(true)}>
            Add folder
          </button>
        )
      }
    >
      <Loaded resource={resource} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">Only the user’s own folders are shown.</p>
          ) : (
            <ShareList shares={items} mayRemove={() => mayHelp} onRemove={remove} />
          )
        }
      </Loaded>
      {isAdding && (
        <ShareDialog
          onClose={() => setAdding(false)}
          onConfirm={async (body) => {
            await api.call('POST /users/{tenant}/{user}/shares', { params: of, body });
            say('All devices of the user are shown the folder with their next look at their folders.');
            resource.reload();
          }}
        />
      )}
      {dialog}
    </Section>
  );
}
