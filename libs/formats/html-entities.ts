import { decodeCharset } from './charset.js';

/** Names of U+00A0 to U+00FF in their order (HTML 4.01, 24.2.1). */
const latin1Names =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

const otherNames: Readonly<Record<string, number>> = {
  ...{
    amp: 0x26,
    lt: 0x3c,
    gt: 0x3e,
    quot: 0x22,
    apos: 0x27,
    OElig: 0x152,
    oelig: 0x153,
    Scaron: 0x160,
    scaron: 0x161,
  },
  ...{
    Yuml: 0x178,
    fnof: 0x192,
    circ: 0x2c6,
    tilde: 0x2dc,
    ensp: 0x2002,
    emsp: 0x2003,
    thinsp: 0x2009,
    zwnj: 0x200c,
  },
  ...{
    zwj: 0x200d,
    lrm: 0x200e,
    rlm: 0x200f,
    ndash: 0x2013,
    mdash: 0x2014,
    lsquo: 0x2018,
    rsquo: 0x2019,
    sbquo: 0x201a,
  },
  ...{
    ldquo: 0x201c,
    rdquo: 0x201d,
    bdquo: 0x201e,
    dagger: 0x2020,
    Dagger: 0x2021,
    bull: 0x2022,
    hellip: 0x2026,
  },
  ...{
    permil: 0x2030,
    prime: 0x2032,
    Prime: 0x2033,
    lsaquo: 0x2039,
    rsaquo: 0x203a,
    oline: 0x203e,
    frasl: 0x2044,
  },
  ...{
    euro: 0x20ac,
    trade: 0x2122,
    larr: 0x2190,
    uarr: 0x2191,
    rarr: 0x2192,
    darr: 0x2193,
    harr: 0x2194,
    rArr: 0x21d2,
  },
  ...{
    forall: 0x2200,
    part: 0x2202,
    exist: 0x2203,
    empty: 0x2205,
    isin: 0x2208,
    prod: 0x220f,
    sum: 0x2211,
    minus: 0x2212,
  },
  ...{
    radic: 0x221a,
    infin: 0x221e,
    cap: 0x2229,
    cup: 0x222a,
    int: 0x222b,
    asymp: 0x2248,
    ne: 0x2260,
    equiv: 0x2261,
  },
  ...{
    le: 0x2264,
    ge: 0x2265,
    sub: 0x2282,
    sup: 0x2283,
    loz: 0x25ca,
    spades: 0x2660,
    clubs: 0x2663,
    hearts: 0x2665,
  },
  ...{
    diams: 0x2666,
    check: 0x2713,
    Alpha: 0x391,
    Beta: 0x392,
    Gamma: 0x393,
    Delta: 0x394,
    Omega: 0x3a9,
    alpha: 0x3b1,
  },
  ...{
    beta: 0x3b2,
    gamma: 0x3b3,
    delta: 0x3b4,
    epsilon: 0x3b5,
    lambda: 0x3bb,
    mu: 0x3bc,
    pi: 0x3c0,
    sigma: 0x3c3,
  },
};

const named = new Map<string, string>([
  ...latin1Names
    .split(' ')
    .map((name, index): [string, string] => [name, String.fromCodePoint(0xa0 + index)]),
  ...Object.entries(otherNames).map(([name, code]): [string, string] => [name, String.fromCodePoint(code)]),
]);

/** Numbers 128 to 159 mean the characters of windows-1252 in HTML. */
const windows1252 = (code: number): string => decodeCharset(Uint8Array.of(code), 'windows-1252');

/** Longest reference that is looked at: `&` to `;`. */
export const longestEntity = 12;

/** Replaces character references; what is none stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));?/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return named.get(String(name)) ?? whole;
      return character(decimal !== undefined ? parseInt(String(decimal), 10) : parseInt(String(hex), 16));
    },
  );
}

function character(code: number): string {
  if (code >= 0x80 && code < 0xa0) return windows1252(code);
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : '\ufffd';
}
