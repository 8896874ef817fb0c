/** What an element's text may be: any one of these. */
export type SimpleType = readonly Restriction[];

interface Restriction {
  readonly base: string;
  readonly facets: readonly (readonly [facet: string, value: string])[];
}

/** Reads `unsignedByte enum=1|176` or `unsignedInt or string maxLength=0`. */
export const parseSimpleType = (content: string): SimpleType =>
  content.split(' or ').map((alternative) => {
    const [base = '', ...facets] = alternative.split(' ');
    if (!bases.has(base)) throw new Error(`no type: ${content}`);
    return { base, facets: facets.map((facet) => split(facet)) };
  });

function split(facet: string): readonly [string, string] {
  const equals = facet.indexOf('=');
  return [facet.slice(0, equals), facet.slice(equals + 1)];
}

const within =
  (min: number, max: number) =>
  (text: string): boolean =>
    /^[+-]?\d+$/.test(text) && Number(text) >= min && Number(text) <= max;

const bases = new Map<string, (text: string) => boolean>([
  ['string', () => true],
  ['empty', (text) => text === ''],
  ['integer', within(-Infinity, Infinity)],
  ['int', within(-0x80000000, 0x7fffffff)],
  ['unsignedByte', within(0, 0xff)],
  ['unsignedShort', within(0, 0xffff)],
  ['unsignedInt', within(0, 0xffffffff)],
  ['boolean', (text) => ['0', '1', 'true', 'false'].includes(text)],
  ['double', (text) => /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN)$/.test(text)],
  ['dateTime', isDateTime],
]);

function isDateTime(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day ?? 0);
  return date.getUTCDate() === day && (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
}

const facetRules: Readonly<Record<string, (text: string, value: string) => boolean>> = {
  enum: (text, value) => value.split('|').includes(text),
  minLength: (text, value) => [...text].length >= Number(value),
  maxLength: (text, value) => [...text].length <= Number(value),
  pattern: (text, value) => new RegExp(`^(?:${value})$`, 'u').test(text),
  minInclusive: (text, value) => Number(text) >= Number(value),
  maxInclusive: (text, value) => Number(text) <= Number(value),
};

const meets = (text: string, { base, facets }: Restriction): boolean => {
  const collapsed = base === 'string' ? text : text.trim();
  if (bases.get(base)?.(collapsed) !== true) return false;
  return facets.every(([facet, value]) => facetRules[facet]?.(collapsed, value) ?? false);
};

export const isValueOf = (type: SimpleType, text: string): boolean =>
  type.some((restriction) => meets(text, restriction));
