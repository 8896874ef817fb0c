import ICAL from 'ical.js';

/** A text that is no calendar, or that would cost too much to understand. */
export class UnreadableCalendar extends Error {
  override readonly name = 'UnreadableCalendar';
}

/** Bounds for what one text may hold: far beyond what people write, and cheap to read. */
const most = { depth: 8, components: 20_000, properties: 200_000, parameterText: 32_768 };

/**
 * The VCALENDAR of an iCalendar text (RFC 5545): of several in one stream the first that has a component of this name, else
 * the first. A text whose lines are broken without folding is read as its writer meant it. Throws UnreadableCalendar.
 */
export function parseCalendarText(text: string, wanted: string): ICAL.Component {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const jcal = parsed(plain) ?? parsed(wellFormedLines(plain));
  const calendars = (jcal ?? []).filter(([name]) => name === 'vcalendar');
  const found = calendars.find(([, , inner]) => inner.some(([name]) => name === wanted)) ?? calendars[0];
  if (!found) throw new UnreadableCalendar('no VCALENDAR');
  refuseExcess(found);
  return new ICAL.Component(found);
}

/** A component as ical.js parses it: name, properties, components within. */
type JCal = [name: string, properties: unknown[], components: JCal[]];

const isJCal = (value: unknown): value is JCal =>
  Array.isArray(value) && typeof value[0] === 'string' && Array.isArray(value[1]) && Array.isArray(value[2]);

/** Null where ical.js cannot read it: it throws plain errors of many kinds. */
function parsed(text: string): JCal[] | null {
  refuseLongParameters(text);
  try {
    const found: unknown = ICAL.parse(text);
    if (isJCal(found)) return [found];
    return Array.isArray(found) ? found.filter(isJCal) : null;
  } catch {
    return null;
  }
}

/**
 * ical.js looks for the end of the line anew for each parameter: a line of a million parameters would keep it busy for hours.
 * Only long lines are looked at, which are rare.
 */
function refuseLongParameters(text: string): void {
  const folded = /(?:^|\n)([^\r\n]*(?:\r?\n[ \t][^\r\n]*){400,}|[^\r\n]{32768,})/g;
  for (const [, line = ''] of text.matchAll(folded)) {
    const head = line.slice(0, most.parameterText * 2);
    if (/^[^;:]*;/.test(head) && !/[^\\]:/.test(head.replace(/"[^"]*"/g, ''))) {
      throw new UnreadableCalendar('parameters of excessive length');
    }
  }
}

function refuseExcess(root: JCal): void {
  const waiting: { readonly component: JCal; readonly depth: number }[] = [{ component: root, depth: 1 }];
  let components = 0;
  let properties = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [, own, inner] = next.component;
    components += 1;
    properties += own.length;
    if (next.depth > most.depth || components > most.components || properties > most.properties) {
      throw new UnreadableCalendar('more components or properties than anybody writes');
    }
    for (const component of inner) waiting.push({ component, depth: next.depth + 1 });
  }
}

/**
 * Some writers break long lines without folding them, and some write the line ends of a text as they are: such a line belongs
 * to the one before it.
 */
export function wellFormedLines(text: string): string {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^(?:[ \t]|[a-z0-9-]+[;:])/i.test(line)) lines.push(line);
    else if (line !== '' && lines.length > 0) lines.push(` ${isBytes(lines) ? '' : '\\n'}${line}`);
  }
  return lines.join('\r\n');
}

/** The line that goes on is the Base64 of a file, in which no line end is meant. */
const isBytes = (lines: readonly string[]): boolean =>
  /^(?:attach|image|photo)\b/i.test(lines.findLast((line) => !/^[ \t]/.test(line)) ?? '');
