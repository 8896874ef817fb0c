import { useEffect, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { ApiRefusal } from '#admin-api/client';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import { useSignIn } from '../../api/session.js';
import { useResource } from '../../api/use-resource.js';
import { ThemeSwitch } from '../../frame/shell.js';
import { keepReturn } from './return.js';

type Way = 'token' | 'mailbox';

/** By a token, by the login of one's mailbox for one's own devices, or at an identity provider: whatever there is here. */
export function SignInPage() {
  const { hasExpired } = useSignIn();
  const { data: ways } = useResource('GET /session/ways', {});
  const [way, setWay] = useState<Way>('token');
  const [location] = useLocation();
  useEffect(() => {
    document.title = 'Sign in · Godwit';
  }, []);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <img src="/godwit.svg" alt="" width="44" height="44" />
          <div>
            <h1>Godwit</h1>
            <p className="lead">Administration of phones and their mail</p>
          </div>
          <ThemeSwitch />
        </div>
        {hasExpired && (
          <p className="note" role="status">
            Your session has ended. Sign in again and you are back where you were.
          </p>
        )}
        {ways?.oidc && (
          <>
            <a
              className="button button-primary button-wide"
              href="/admin/v1/session/oidc"
              onClick={() => keepReturn(location)}
            >
              {ways.oidcLabel || 'Sign in with your organisation'}
            </a>
            <p className="divider">or</p>
          </>
        )}
        {ways?.self && (
          <div className="segments" role="group" aria-label="Who are you?">
            <button type="button" aria-pressed={way === 'token'} onClick={() => setWay('token')}>
              Administrator
            </button>
            <button type="button" aria-pressed={way === 'mailbox'} onClick={() => setWay('mailbox')}>
              My own devices
            </button>
          </div>
        )}
        {way === 'token' ? <TokenForm /> : <MailboxForm />}
      </div>
    </main>
  );
}

type Credentials = { readonly token: string } | { readonly user: string; readonly password: string };

function useAttempt() {
  const { begin } = useSignIn();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = async (event: FormEvent, credentials: Credentials, wrong: string): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      begin(await api.call('POST /session', { body: credentials }));
    } catch (thrown) {
      const isWrong = thrown instanceof ApiRefusal && thrown.status === 401;
      setError(isWrong ? wrong : troubleOf(thrown).detail);
      setBusy(false);
    }
  };
  return { isBusy, error, attempt };
}

function SignInError({ text }: { readonly text: string | null }) {
  return text === null ? null : (
    <p className="form-error" role="alert">
      {text}
    </p>
  );
}

function TokenForm() {
  const { isBusy, error, attempt } = useAttempt();
  const [token, setToken] = useState('');
  return (
    <form
      onSubmit={(event) =>
        void attempt(event, { token: token.trim() }, 'This token is not known here, or it has expired.')
      }
    >
      <label className="field">
        <span>Token</span>
        <input
          type="password"
          name="token"
          autoComplete="current-password"
          required
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
      </label>
      <p className="hint">
        The first one is in the configuration (<code>admin.token</code>), or in the file{' '}
        <code>admin-token</code> of the data directory.
      </p>
      <SignInError text={error} />
      <button
        type="submit"
        className="button button-primary button-wide"
        disabled={isBusy || token.trim() === ''}
      >
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}

function MailboxForm() {
  const { isBusy, error, attempt } = useAttempt();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form
      onSubmit={(event) =>
        void attempt(
          event,
          { user: user.trim(), password },
          'The mail server does not know this user with this password.',
        )
      }
    >
      <label className="field">
        <span>User name or mail address</span>
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          required
          value={user}
          onChange={({ target }) => setUser(target.value)}
        />
      </label>
      <label className="field">
        <span>Password of the mailbox</span>
        <input
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </label>
      <SignInError text={error} />
      <button
        type="submit"
        className="button button-primary button-wide"
        disabled={isBusy || user.trim() === '' || password === ''}
      >
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}
