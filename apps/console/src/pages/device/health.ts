export interface HealthNote {
  readonly title: string;
  /** What it means, and what somebody can do. */
  readonly text: string;
}

const notes: Readonly<Record<string, HealthNote>> = {
  'sync-loop': {
    title: 'The phone asks for the same again and again',
    text: 'An answer does not reach it, or one item makes it start over. Godwit sends it smaller and smaller answers until the item is found and set aside. If the item was repaired, clear the loops.',
  },
  'items-set-aside': {
    title: 'Some items are held back',
    text: 'They could not be read or sent after three tries, so that the rest of the folder can go on. They are listed below with the reason, and can be offered again.',
  },
  'wipe-pending': {
    title: 'A wipe waits for the phone',
    text: 'The phone is told as soon as it connects. A phone that is switched off, or whose account was removed by hand, never confirms.',
  },
  'never-synced': {
    title: 'Known, but it has never synced',
    text: 'It signed in and stopped there: often a policy the user did not accept, or a set-up that was not finished. The timeline says how far it came.',
  },
  'source-failed': {
    title: 'A source behind it fails',
    text: 'One of the mail, calendar or contact servers does not answer or refuses the password. The folders of the other sources go on. Try the user’s login under Users.',
  },
  stale: {
    title: 'Not seen for a long time',
    text: 'It may have been replaced. Remove it if it is gone: should it come back, it starts anew.',
  },
};

/** A health code in words; codes this page does not know yet are shown as they are. */
export const explainHealth = (code: string): HealthNote =>
  notes[code] ?? { title: code.replaceAll('-', ' '), text: 'The timeline and the log tell more about it.' };
