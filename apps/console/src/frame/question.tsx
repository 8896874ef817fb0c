import { useState, type ReactNode } from 'react';
import { ConfirmDialog } from './dialog.js';
import { useToast } from './toasts.js';

/** Something that is done once somebody has said why. */
export interface Question {
  readonly title: string;
  readonly text: ReactNode;
  /** On the button: the verb. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly asksReason?: boolean;
  readonly act: (reason: string | undefined) => Promise<unknown>;
  /** Said when it is done. */
  readonly done: string;
}

/** A page's way to ask before it changes something. The dialog has to be shown somewhere on the page. */
export function useQuestion(onChanged: () => void): {
  readonly ask: (question: Question) => void;
  readonly dialog: ReactNode;
} {
  const [question, setQuestion] = useState<Question | null>(null);
  const say = useToast();
  const dialog = question && (
    <ConfirmDialog
      title={question.title}
      action={question.action}
      isDangerous={question.isDangerous}
      asksReason={question.asksReason}
      onClose={() => setQuestion(null)}
      onConfirm={async ({ reason }) => {
        await question.act(reason);
        say(question.done);
        onChanged();
      }}
    >
      {question.text}
    </ConfirmDialog>
  );
  return { ask: setQuestion, dialog };
}
