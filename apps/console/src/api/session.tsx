import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { people } from '#admin-api';
import type { z } from 'zod';
import { ApiRefusal } from '#admin-api/client';
import { api } from './client.js';

export type Session = z.output<typeof people.Session>;

interface SessionState {
  /** `unknown` until the server has said. */
  readonly state: 'unknown' | 'none' | 'signed-in' | 'unreachable';
  readonly session: Session | null;
  readonly error: unknown;
  /** A session ended while the page was open. */
  readonly hasExpired: boolean;
}

interface SessionActions extends SessionState {
  readonly begin: (session: Session) => void;
  readonly signOut: () => Promise<void>;
  readonly retry: () => void;
}

const SessionContext = createContext<SessionActions | null>(null);
const nobody: SessionState = { state: 'none', session: null, error: null, hasExpired: false };

/** Knows who is signed in, and lets everything below know. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ ...nobody, state: 'unknown' });
  const [turn, setTurn] = useState(0);

  useEffect(
    () =>
      api.onSignedOut(() =>
        setState((before) => ({ ...nobody, hasExpired: before.state === 'signed-in' || before.hasExpired })),
      ),
    [],
  );
  useEffect(() => {
    api.call('GET /session', {}).then(
      (session) => {
        api.useCsrf(session.csrf);
        setState({ ...nobody, state: 'signed-in', session });
      },
      (error: unknown) => {
        const isNobody = error instanceof ApiRefusal && error.status === 401;
        setState(isNobody ? nobody : { ...nobody, state: 'unreachable', error });
      },
    );
  }, [turn]);

  const actions = useMemo(
    () => ({
      ...state,
      begin: (session: Session) => {
        api.useCsrf(session.csrf);
        setState({ ...nobody, state: 'signed-in', session });
      },
      signOut: async () => {
        await api.call('DELETE /session', {});
        api.useCsrf('');
        setState(nobody);
      },
      retry: () => {
        setState({ ...nobody, state: 'unknown' });
        setTurn((value) => value + 1);
      },
    }),
    [state],
  );
  return <SessionContext value={actions}>{children}</SessionContext>;
}

export function useSignIn(): SessionActions {
  const value = useContext(SessionContext);
  if (!value) throw new Error('outside of SessionProvider');
  return value;
}

/** Who is signed in; only below the sign-in. */
export function useSession(): Session {
  const { session } = useSignIn();
  if (!session) throw new Error('nobody is signed in');
  return session;
}
