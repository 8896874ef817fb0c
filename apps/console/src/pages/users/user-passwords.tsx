import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { AppPassword } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Section } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { SecretDialog } from '../../frame/secret-dialog.js';
import { Loaded } from '../../frame/states.js';
import { Ago } from '../../parts/time.js';
import { MakePasswordDialog } from '../passwords/make-password-dialog.js';
import type { OfUser } from './of-user.js';

/** Passwords of a user that work on phones only. */
export function UserPasswords({ of }: { readonly of: OfUser }) {
  const { role } = useSession();
  const resource = useResource('GET /users/{tenant}/{user}/app-passwords', { params: of });
  const { ask, dialog } = useQuestion(resource.reload);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const mayHelp = may(role, 'help');
  const remove = ({ id, name }: AppPassword): void =>
    ask({
      title: 'Take this password back?',
      text: (
        <p>
          Phones of {of.user} that use <strong>{name}</strong> can no longer sign in.
        </p>
      ),
      action: 'Take back',
      isDangerous: true,
      done: 'The password no longer works.',
      act: (reason) =>
        api.call('DELETE /users/{tenant}/{user}/app-passwords/{password}', {
          params: { ...of, password: id },
          body: { reason },
        }),
    });
  return (
    <Section
      title="Passwords for phones"
      actions={
        mayHelp && (
          <button type="button" className="button button-small" onClick={() => setMaking(true)}>
            Make a password
          </button>
        )
      }
    >
      <Loaded resource={resource} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">Phones sign in with the mailbox’s own password.</p>
          ) : (
            <PasswordList passwords={items} onRemove={mayHelp ? remove : undefined} />
          )
        }
      </Loaded>
      {isMaking && (
        <MakePasswordDialog
          isMine={false}
          onClose={() => setMaking(false)}
          onConfirm={async (body) => {
            const params = of;
            const answer = await api.call('POST /users/{tenant}/{user}/app-passwords', { params, body });
            setMade(answer.appPassword);
            resource.reload();
          }}
        />
      )}
      {made !== null && (
        <SecretDialog title="The new password" secret={made} onClose={() => setMade(null)}>
          <p>It is typed into the phone of {of.user}, in place of the mailbox’s own.</p>
        </SecretDialog>
      )}
      {dialog}
    </Section>
  );
}

function PasswordList({
  passwords,
  onRemove,
}: {
  readonly passwords: readonly AppPassword[];
  readonly onRemove: ((password: AppPassword) => void) | undefined;
}) {
  return (
    <ul className="plain-list">
      {passwords.map((password) => (
        <li key={password.id} className="with-action">
          <div>
            <strong>{password.name}</strong>
            <span className="under">
              {password.deviceId === null ? 'any device' : `only ${password.deviceId}`} · made by{' '}
              {password.createdBy}
            </span>
            <span className="under">
              used <Ago at={password.lastUsedAt} /> · expires <Ago at={password.expiresAt} />
            </span>
          </div>
          {onRemove && (
            <button
              type="button"
              className="button button-small"
              aria-label={`Take back ${password.name}`}
              onClick={() => onRemove(password)}
            >
              Take back
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
