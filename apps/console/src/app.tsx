import { Component, useEffect, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { may } from './api/rights.js';
import { useSignIn, type Session } from './api/session.js';
import { Page } from './frame/page.js';
import { Shell } from './frame/shell.js';
import { Empty, Failure, Skeleton } from './frame/states.js';
import { takeReturn } from './pages/sign-in/return.js';
import { SignInPage } from './pages/sign-in/sign-in-page.js';
import { places } from './places.js';

/** A fault of a page leaves the navigation usable. */
class Guarded extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} retry={() => location.reload()} />;
  }
}

function Pages({ session }: { readonly session: Session }) {
  return (
    <Switch>
      {places
        .filter(({ right }) => may(session.role, right))
        .map(({ path, page: PlacePage }) => (
          <Route key={path} path={path}>
            <Guarded key={path}>
              <PlacePage />
            </Guarded>
          </Route>
        ))}
      {session.role === 'me' && (
        <Route path="/">
          <Redirect to="/mine" replace />
        </Route>
      )}
      <Route>
        <Page title="Not here">
          <Empty icon="search" title="There is no such page for you">
            <p>The address may be mistyped, or your role ({session.role}) does not include it.</p>
          </Empty>
        </Page>
      </Route>
    </Switch>
  );
}

/** The console: sign-in, or the pages of whoever is signed in. The address stays, so that signing in leads back to it. */
export function App() {
  const { state, session, error, retry } = useSignIn();
  const [, go] = useLocation();
  useEffect(() => {
    const path = state === 'signed-in' ? takeReturn() : null;
    if (path !== null) go(path, { replace: true });
  }, [state, go]);
  if (state === 'unknown')
    return (
      <div className="alone">
        <Skeleton lines={4} />
      </div>
    );
  if (state === 'unreachable')
    return (
      <main className="alone">
        <h1 className="visually-hidden">Godwit</h1>
        <Failure error={error} retry={retry} />
      </main>
    );
  if (!session) return <SignInPage />;
  return (
    <Shell session={session}>
      <Pages session={session} />
    </Shell>
  );
}
