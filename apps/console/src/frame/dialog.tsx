import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { troubleOf } from '../api/problem.js';
import { FieldTroubles } from './field.js';
import { Icon } from './icon.js';

/** A dialog over the page. Esc and the close button end it; focus returns to where it came from, as the browser does it. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

export interface Confirmed {
  readonly reason: string | undefined;
}

export interface ConfirmProps {
  readonly title: string;
  /** What will happen, to whom. */
  readonly children: ReactNode;
  /** On the button: the verb, never "OK". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Asks for a reason for the audit log. */
  readonly asksReason?: boolean;
  /** Has to be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly isReady?: boolean;
  readonly onConfirm: (confirmed: Confirmed) => Promise<void>;
  readonly onClose: () => void;
}

/** Names what will happen, asks why, does it, and stays with what the server said if that failed. */
export function ConfirmDialog(props: ConfirmProps) {
  const { title, children, action, isDangerous, asksReason = true, typed, isReady = true } = props;
  const [reason, setReason] = useState('');
  const [typing, setTyping] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isTyped = typed === undefined || typing.trim() === typed;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await props.onConfirm({ reason: reason.trim() === '' ? undefined : reason.trim() });
      props.onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const trouble = error === null ? null : troubleOf(error);
  return (
    <Dialog title={title} onClose={props.onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <FieldTroubles fields={trouble?.fields ?? []}>{children}</FieldTroubles>
          {typed !== undefined && (
            <label className="field">
              <span>
                Type <strong>{typed}</strong> to confirm
              </span>
              <input
                value={typing}
                onChange={({ target }) => setTyping(target.value)}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
              />
            </label>
          )}
          {asksReason && (
            <label className="field">
              <span>Reason, for the audit log</span>
              <input
                value={reason}
                maxLength={1000}
                onChange={({ target }) => setReason(target.value)}
                placeholder="e.g. ticket 4711: phone left in a taxi"
              />
            </label>
          )}
          {trouble && (
            <p className="form-error" role="alert">
              <strong>{trouble.title}.</strong> {trouble.detail}
            </p>
          )}
        </div>
        <footer>
          <button type="button" className="button" onClick={props.onClose}>
            Keep things as they are
          </button>
          <button
            type="submit"
            className={`button ${isDangerous ? 'button-danger' : 'button-primary'}`}
            disabled={isBusy || !isTyped || !isReady}
            aria-busy={isBusy}
          >
            {isBusy ? 'Working…' : action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
