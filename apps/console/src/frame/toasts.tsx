import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { Icon } from './icon.js';

interface Toast {
  readonly id: number;
  readonly text: string;
}
type Say = (text: string) => void;
const ToastContext = createContext<Say>(() => undefined);

/** Milliseconds a message can be read. */
const SHOWN = 7000;

/** Short messages of what has been done, read out by screen readers. What failed stays where it was tried instead. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const count = useRef(0);
  const drop = useCallback((id: number) => setToasts((list) => list.filter((one) => one.id !== id)), []);
  const say = useCallback<Say>(
    (text) => {
      const id = ++count.current;
      setToasts((list) => [...list.slice(-3), { id, text }]);
      setTimeout(() => drop(id), SHOWN);
    },
    [drop],
  );
  return (
    <ToastContext value={useMemo(() => say, [say])}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <div className="toast" key={id}>
            <Icon name="check" />
            <span>{text}</span>
            <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => drop(id)}>
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

export const useToast = (): Say => useContext(ToastContext);
