import { useState, type ReactNode } from 'react';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

/** Shows a secret, most of which are told only once, and helps to take it along. */
export function SecretDialog({
  title,
  secret,
  hint = 'It is shown only this once.',
  children,
  onClose,
}: {
  readonly title: string;
  readonly secret: string;
  readonly hint?: string;
  /** Where it is needed. */
  readonly children: ReactNode;
  readonly onClose: () => void;
}) {
  const [state, setState] = useState<'shown' | 'copied' | 'refused'>('shown');
  const copy = (): void => {
    // Browsers offer it over https and on this computer only.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (!clipboard) return setState('refused');
    clipboard.writeText(secret).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="dialog-body">
        {children}
        <output className="secret mono">{secret}</output>
        <p className="hint" role="status">
          {state === 'shown' && hint}
          {state === 'copied' && `Copied. ${hint}`}
          {state === 'refused' && 'The browser did not let it be copied: select it and copy it yourself.'}
        </p>
      </div>
      <footer>
        <button type="button" className="button" onClick={copy}>
          <Icon name={state === 'copied' ? 'check' : 'copy'} /> Copy
        </button>
        <button type="button" className="button button-primary" onClick={onClose}>
          I have it
        </button>
      </footer>
    </Dialog>
  );
}
