import ICAL from 'ical.js';

/** A text that is no calendar, or that would cost too much to understand. */
export class UnreadableCalendar extends Error {
  override readonly name = 'UnreadableCalendar';
}

/** Bounds for what one text may hold: far beyond what people write, and cheap to read. */
const most = { depth: 8, components: 20_000, properties: 200_000, parameters: 500 };

/**
 * The VCALENDAR of an iCalendar text (RFC 5545): of several in one stream the first that has a component of this name, else
 * the first. A text whose lines are broken without folding is read as its writer meant it. Throws UnreadableCalendar.
 */
export function parseCalendarText(text: string, wanted: string): ICAL.Component {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  refuseManyParameters(plain);
  const whole = parsed(plain) ?? parsed(wellFormedLines(plain));
  const jcal = whole && keepsDates(whole) ? whole : parsedInParts(wellFormedLines(plain));
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
  try {
    const found: unknown = ICAL.parse(text);
    if (isJCal(found)) return [found];
    return Array.isArray(found) ? found.filter(isJCal) : null;
  } catch {
    return null;
  }
}

const datePattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ?)?$/;

/** RFC 7529: days of other calendars, which ical.js would take for ours. */
function isKeptRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { until, rscale, skip }: Readonly<Record<string, unknown>> = { ...value };
  if (rscale !== undefined || skip !== undefined) return false;
  return until === undefined || (typeof until === 'string' && datePattern.test(until));
}

/** ical.js puts dashes and colons into whatever stands where a time should: `soon` would be written back as `soon--T::`. */
const isKept = (property: unknown): boolean => {
  if (!Array.isArray(property)) return true;
  const [, , type, ...values] = property as readonly unknown[];
  if (type === 'recur') return values.every(isKeptRule);
  if (type !== 'date' && type !== 'date-time') return true;
  return values.every((value) => typeof value === 'string' && datePattern.test(value));
};

function keepsDates(roots: readonly JCal[]): boolean {
  for (const { component } of componentsOf(roots)) if (!component[1].every(isKept)) return false;
  return true;
}

/**
 * One line that ical.js cannot read makes it refuse the whole text. Such lines stand in as plain text: nobody knows what they
 * mean, and they are written back as they were.
 */
function parsedInParts(text: string): JCal[] | null {
  const unread: ReturnType<typeof plainProperty>[] = [];
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  if (lines.length > most.properties) return null;
  const readable = lines.map((line) => {
    if (line === '' || /^(?:begin|end):/i.test(line) || isReadable(line)) return line;
    unread.push(plainProperty(line));
    return `${standIn}${unread.length - 1}:`;
  });
  const found = parsed(readable.join('\r\n'));
  for (const { component } of componentsOf(found ?? [])) {
    for (const [index, property] of component[1].entries()) {
      const number = Array.isArray(property) ? standInNumber(property[0]) : null;
      const line = number === null ? undefined : unread[number];
      if (line) component[1][index] = line;
    }
  }
  return found;
}

/** A line as a property whose value is plain text; parameters that are well-formed stay. */
function plainProperty(line: string): unknown[] {
  const [, name = '', rest = ''] = /^([^:;]*)(.*)$/.exec(line) ?? [];
  const [, parameters = '', value = ''] = /^((?:;[\w-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$/.exec(rest) ?? [];
  if (value === '' && parameters === '')
    return [name.toLowerCase(), {}, 'unknown', rest.replace(/^[^:]*:?/, '')];
  const named = [...parameters.matchAll(/;([\w-]+)=("[^"]*"|[^";:,]*)/g)].map(
    ([, key = '', text = '']) => [key.toLowerCase(), text.replaceAll('"', '')] as const,
  );
  return [name.toLowerCase(), Object.fromEntries(named), 'unknown', value];
}

const standIn = 'X-GODWIT-UNREAD-';

const standInNumber = (name: unknown): number | null =>
  typeof name === 'string' && name.toUpperCase().startsWith(standIn)
    ? Number(name.slice(standIn.length))
    : null;

function isReadable(line: string): boolean {
  try {
    return isKept(ICAL.Property.fromString(line).jCal);
  } catch {
    return false;
  }
}

/**
 * ical.js looks for the end of the line anew for each parameter: a line of a million parameters would keep it busy for hours.
 * Only lines that are long enough are looked at, which are rare.
 */
function refuseManyParameters(text: string): void {
  const longLine = 2000;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    while (end !== -1 && (text[end + 1] === ' ' || text[end + 1] === '\t')) end = text.indexOf('\n', end + 1);
    const stop = end === -1 ? text.length : end;
    if (stop - start > longLine && parametersIn(text, start, stop) > most.parameters) {
      throw new UnreadableCalendar('more parameters than anybody writes');
    }
    start = stop + 1;
  }
}

/** As ical.js sees them: a quote counts behind `=` only. */
function parametersIn(text: string, start: number, stop: number): number {
  let count = 0;
  for (let at = start; at < stop && count <= most.parameters; at += 1) {
    const letter = text[at];
    if (letter === ':') return count;
    if (letter !== '=') continue;
    count += 1;
    if (text[at + 1] !== '"') continue;
    const closing = text.indexOf('"', at + 2);
    if (closing === -1 || closing >= stop) return count;
    at = closing;
  }
  return count;
}

/** All components, each with its depth from 1. Not by recursion: how deep they lie is for the text to say. */
function* componentsOf(roots: readonly JCal[]): Generator<{ component: JCal; depth: number }> {
  const waiting = roots.map((component) => ({ component, depth: 1 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    for (const component of next.component[2]) waiting.push({ component, depth: next.depth + 1 });
  }
}

/** ical.js looks properties up in plain objects, which have these of their own: it would fail when it writes them. */
const isBuiltIn = (property: unknown): boolean =>
  Array.isArray(property) && (property[0] === 'constructor' || property[0] === '__proto__');

function refuseExcess(root: JCal): void {
  let components = 0;
  let properties = 0;
  for (const { component, depth } of componentsOf([root])) {
    components += 1;
    properties += component[1].length;
    if (component[1].some(isBuiltIn)) throw new UnreadableCalendar('a property that no program can name');
    if (depth > most.depth || components > most.components || properties > most.properties) {
      throw new UnreadableCalendar('more components or properties than anybody writes');
    }
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
