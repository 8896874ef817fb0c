import { put, shown, type Part, type TextElement } from './elements.js';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

/** How the value of a property is written. */
type Form = 'text' | 'uri' | 'list';

interface Home {
  readonly form: Form;
  /** Properties that say it, the first of them is read; by another name than the first only if it is there. */
  readonly names: readonly string[];
  /** What Apple's address book calls it among X-ABRELATEDNAMES. */
  readonly label?: string;
  /** TYPE of RELATED (RFC 6350 6.6.6), which is what vCard 4.0 has for it. */
  readonly related?: string;
}

/**
 * Elements that are a property of their own. Where vCard has none, the one that address books in use have taken to comes
 * first (Evolution, KAddressBook, Apple); X-ACTIVESYNC- is for what nobody else keeps.
 */
const homes: Readonly<Partial<Record<TextElement, Home>>> = {
  JobTitle: { form: 'text', names: ['TITLE'] },
  NickName: { form: 'list', names: ['NICKNAME'] },
  WebPage: { form: 'uri', names: ['URL'] },
  Spouse: {
    form: 'text',
    names: ['X-SPOUSE', 'X-EVOLUTION-SPOUSE', 'X-KADDRESSBOOK-X-SPOUSESNAME', 'X-MS-SPOUSE'],
    label: 'spouse',
    related: 'spouse',
  },
  AssistantName: {
    form: 'text',
    names: ['X-ASSISTANT', 'X-EVOLUTION-ASSISTANT', 'X-KADDRESSBOOK-X-ASSISTANTSNAME', 'X-MS-ASSISTANT'],
    label: 'assistant',
  },
  ManagerName: {
    form: 'text',
    names: ['X-MANAGER', 'X-EVOLUTION-MANAGER', 'X-KADDRESSBOOK-X-MANAGERSNAME', 'X-MS-MANAGER'],
    label: 'manager',
  },
  OfficeLocation: { form: 'text', names: ['X-KADDRESSBOOK-X-OFFICE', 'X-OFFICE'] },
  YomiFirstName: { form: 'text', names: ['X-PHONETIC-FIRST-NAME'] },
  YomiLastName: { form: 'text', names: ['X-PHONETIC-LAST-NAME'] },
  YomiCompanyName: { form: 'text', names: ['X-PHONETIC-ORG', 'X-PHONETIC-COMPANY-NAME'] },
  CustomerId: { form: 'text', names: ['X-ACTIVESYNC-CUSTOMERID'] },
  GovernmentId: { form: 'text', names: ['X-ACTIVESYNC-GOVERNMENTID'] },
  AccountName: { form: 'text', names: ['X-ACTIVESYNC-ACCOUNTNAME'] },
  MMS: { form: 'text', names: ['X-ACTIVESYNC-MMS'] },
};

/** Every element that is a property of its own. */
export const plainProperties: readonly Part[] = Object.entries(homes).map(([element, home]) =>
  plainProperty(element as TextElement, home),
);

function plainProperty(element: TextElement, home: Home): Part {
  return {
    elements: [element],
    read(card) {
      const texts = {};
      const line = find(card, home);
      if (line) put(texts, element, shown(textOf(card, line, home.form)));
      return texts;
    },
    write(card, wanted) {
      const text = wanted[element];
      const line = find(card, home);
      if (text === undefined) {
        if (line) card.remove(line);
      } else {
        setText(card, line ?? card.add(newHead(card, home)), text, home.form);
      }
    },
  };
}

function find(card: VCard, { names, label, related }: Home): ContentLine | undefined {
  const own = card.first(...names);
  if (own) return own;
  const apple =
    label === undefined
      ? undefined
      : card.all('X-ABRELATEDNAMES').find((line) => card.labelOf(line) === label);
  return apple ?? (related === undefined ? undefined : relatedLines(card, related)[0]);
}

/** RELATED that says a name; one that points to another card is not for people to read. */
export const relatedLines = (card: VCard, type: string): ContentLine[] =>
  card
    .all('RELATED')
    .filter((line) => line.types.has(type) && line.parameter('value')[0]?.toLowerCase() === 'text');

const newHead = (card: VCard, { names, related }: Home): string =>
  card.version === '4.0' && related !== undefined ? `RELATED;TYPE=${related};VALUE=text` : names[0]!;

function textOf(card: VCard, line: ContentLine, form: Form): string {
  return form === 'list' ? card.list(line).join(', ') : card.text(line);
}

function setText(card: VCard, line: ContentLine, text: string, form: Form): void {
  if (form === 'uri') card.setUri(line, text);
  else card.setText(line, text);
}

/** Company and department are components of ORG (RFC 6350 6.6.4). */
export const organization: Part = {
  elements: ['CompanyName', 'Department'],
  read(card) {
    const texts = {};
    const line = card.first('ORG');
    if (!line) return texts;
    put(texts, 'CompanyName', shown(card.component(line, 0)));
    put(texts, 'Department', shown(card.component(line, 1)));
    return texts;
  },
  write(card, wanted, before) {
    const line = card.first('ORG') ?? card.add('ORG');
    const changed = new Map<number, string>();
    if (wanted.CompanyName !== before.CompanyName) changed.set(0, wanted.CompanyName ?? '');
    if (wanted.Department !== before.Department) changed.set(1, wanted.Department ?? '');
    card.setComponents(line, changed);
    if (/^;*$/.test(line.value)) card.remove(line);
  },
};
