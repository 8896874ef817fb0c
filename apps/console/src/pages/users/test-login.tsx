import { useEffect, useState, type FormEvent } from 'react';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import type { TestReport } from '../../api/types.js';
import { TextField } from '../../frame/field.js';
import { Icon } from '../../frame/icon.js';
import { Section } from '../../frame/page.js';
import { sayDuration } from '../../parts/say-time.js';
import type { OfUser } from './of-user.js';

/** Seconds a test may take: a server that does not answer is waited for. */
const LONGEST = 30;

/** Tries the login at every source, as a phone of the user would. */
export function TestLogin({ of }: { readonly of: OfUser }) {
  const [password, setPassword] = useState('');
  const [isRunning, setRunning] = useState(false);
  const [report, setReport] = useState<TestReport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setRunning(true);
    setReport(null);
    setError(null);
    try {
      const body = password === '' ? {} : { password };
      setReport(await api.call('POST /users/{tenant}/{user}/test', { params: of, body }));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRunning(false);
    }
  };
  const trouble = error === null ? null : troubleOf(error);
  return (
    <Section title="Test this login">
      <form className="form" onSubmit={(event) => void submit(event)}>
        <div className="form-row test-ask">
          <TextField
            label="Password of the mailbox"
            type="password"
            path="password"
            hint="It is used for this test only: never kept, never logged. Without it, connections are tried up to the sign-in."
            value={password}
            maxLength={1000}
            autoComplete="off"
            onChange={setPassword}
          />
          <button type="submit" className="button button-primary" disabled={isRunning} aria-busy={isRunning}>
            {isRunning ? 'Testing…' : 'Test login'}
          </button>
        </div>
      </form>
      <div role="status">
        {isRunning && <Waiting />}
        {report && <Report report={report} />}
      </div>
      {trouble && (
        <p className="form-error" role="alert">
          <strong>{trouble.title}.</strong> {trouble.detail}
        </p>
      )}
    </Section>
  );
}

function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((value) => value + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="test-wait">
      <progress max={LONGEST} value={Math.min(seconds, LONGEST - 1)} aria-label="Test of the login" />
      <span className="quiet">Every source is tried; this takes up to {LONGEST} seconds.</span>
    </p>
  );
}

function Report({ report: { ok, steps } }: { readonly report: TestReport }) {
  const failed = steps.filter((step) => !step.ok).length;
  return (
    <>
      <p className={ok ? 'verdict verdict-good' : 'verdict verdict-bad'}>
        <Icon name={ok ? 'check' : 'alert'} />
        {ok ? 'Everything works.' : `${failed} of ${steps.length} steps failed.`}
      </p>
      <ol className="steps" aria-label="Steps of the test">
        {steps.map(({ source, step, ok: went, ms, detail }, index) => (
          <li key={`${source} ${step} ${index}`} data-ok={went}>
            <Icon name={went ? 'check' : 'close'} />
            <div>
              <strong>
                {source}: {step}
              </strong>
              <span className="visually-hidden">{went ? ' ok' : ' failed'}</span>
              <span className="under">{detail}</span>
            </div>
            <span className="quiet">{sayDuration(ms)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
