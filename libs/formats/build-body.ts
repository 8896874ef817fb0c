import type { EmailItem } from '#eas';
import { bodyText, partSeparator, partText, textAsBody, uniqueBodyText } from './body-text.js';
import { cutLookBehind, cutPosition } from './cut-text.js';
import { previewOf, previewOfHtml } from './html-text.js';
import { type MimePart } from './mime-part.js';
import { headerEndSearch } from './mime-header-end.js';
import { type BodyChoice, type MailPlan, type PartNeed } from './plan-mail.js';
import { spool, type Spool } from './spool.js';

/** Opens the encoded content of a part (or of the whole message), at least as much of it as needed. */
export type PartOpener = (need: PartNeed) => AsyncIterable<Uint8Array>;

export interface BodySource {
  /** Octets of the whole message. */
  readonly size: number;
  readonly open: PartOpener;
  /** See MailSource. */
  readonly preview?: string | null;
}

type Body = NonNullable<EmailItem['Body']>;
type BodyPart = NonNullable<EmailItem['BodyPart']>;

/** Text found elsewhere in a mail that has none where text belongs. */
export interface SpareText {
  /** 1 plain text, 2 HTML. */
  readonly type: 1 | 2;
  readonly text: string;
}

/** What is written into a body: all of it, or what the mail does not quote. */
type Writer = (gauge: Gauge) => AsyncIterable<string>;

/** Bodies up to this many bytes are handed over as one string; larger ones as a stream. */
const stringLimit = 64 * 1024;
/** Converted text up to this size waits in memory for its size to be known, larger text in a file. */
const spoolMemory = 256 * 1024;

/** The Body element of a mail: the first choice that may be sent (MS-ASAIRS 2.2.2.9, 2.2.2.3.2). */
export async function buildBody(
  source: BodySource,
  plan: MailPlan,
  spare: SpareText | null,
): Promise<Pick<EmailItem, 'Body'>> {
  for (const [index, choice] of plan.choices.entries()) {
    const last = index === plan.choices.length - 1;
    const { type } = choice;
    const body =
      type === 4
        ? await mimeBody(source, choice, plan, last)
        : await textBody((gauge) => shownText(source, choice, type, gauge, spare), choice, type, last);
    if (body) return { Body: body };
  }
  return {};
}

/** Status of a BodyPart (MS-ASAIRS 2.2.2.37). */
const PartStatus = { success: 1, notComputed: 176 } as const;

/**
 * The BodyPart element: the mail without what it quotes, in HTML (MS-ASCON 3.2.5.7). A mail that has no word of its own, and
 * one that forwards (`keepQuotes`), is all of its text. Of an encrypted mail nobody can tell: the phone is to ask for the Body.
 */
export async function buildBodyPart(
  source: BodySource,
  plan: MailPlan,
  spare: SpareText | null,
  keepQuotes: boolean,
): Promise<Pick<EmailItem, 'BodyPart'>> {
  const choice = plan.bodyPart;
  if (!choice) return {};
  if (choice.needs.length === 0 && !spare) {
    return { BodyPart: { Status: PartStatus.notComputed, Type: 2, EstimatedDataSize: 0 } };
  }
  const own = { hasText: false };
  const unique: Writer = (gauge) => uniqueText(source, choice, gauge, own);
  const whole: Writer = (gauge) => shownText(source, choice, 2, gauge, spare);
  let body = keepQuotes || choice.needs.length === 0 ? null : await textBody(unique, choice, 2, true);
  if (body && !own.hasText) {
    await discard(body);
    body = null;
  }
  body ??= await textBody(whole, choice, 2, true);
  const { EstimatedDataSize = 0, ...rest } = body!;
  return {
    BodyPart: {
      Status: PartStatus.success,
      ...(rest as Omit<BodyPart, 'Status' | 'EstimatedDataSize'>),
      EstimatedDataSize,
    },
  };
}

async function discard({ Data }: Body): Promise<void> {
  if (Data !== undefined && typeof Data !== 'string') await Data[Symbol.asyncIterator]().return?.();
}

/** Null if the choice must not be cut and would be, and another choice follows. */
async function textBody(write: Writer, choice: BodyChoice, type: 1 | 2, last: boolean): Promise<Body | null> {
  const gauge = new Gauge();
  const text = await spool(encoded(write(gauge)), { memoryLimit: spoolMemory });
  const limit = Math.min(text.size, choice.truncationSize ?? text.size);
  const whole = !gauge.cut && limit === text.size;
  if (!whole && choice.allOrNone && !last) {
    text.dispose();
    return null;
  }
  const preview = choice.preview > 0 ? await previewFrom(text, type, choice.preview) : '';
  const end = whole ? text.size : choice.allOrNone ? 0 : await cutSpool(text, limit, type === 2);
  return {
    Type: type,
    EstimatedDataSize: gauge.cut ? gauge.estimate(text.size) : text.size,
    ...(whole ? {} : { Truncated: true }),
    ...dataAndPreview(await handOver(text, end), preview, type, whole),
  };
}

/** MS-ASAIRS 2.2.2.35.1: no preview beside plain text that is itself returned. */
function dataAndPreview(
  data: string | AsyncIterable<Uint8Array>,
  preview: string,
  type: 1 | 2,
  whole: boolean,
): Pick<Body, 'Data' | 'Preview'> {
  const hasData = data !== '';
  return {
    ...(whole || hasData ? { Data: data } : {}),
    ...(preview !== '' && (type === 2 || !hasData) ? { Preview: preview } : {}),
  };
}

/** Sums up how much of the parts was read, to estimate the whole where a part was cut. */
class Gauge {
  private read = 0;
  private total = 0;
  cut = false;

  async *measure(
    need: PartNeed & { part: MimePart },
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const limit = need.bytes ?? Number.POSITIVE_INFINITY;
    let seen = 0;
    for await (const piece of source) {
      seen += piece.length;
      yield piece;
      if (seen >= limit) break;
    }
    this.read += seen;
    const ended = seen < limit || seen >= need.part.size;
    if (!ended) this.cut = true;
    this.total += ended ? seen : need.part.size;
  }

  /** Size of the whole text, of which `size` bytes came out of what was read. */
  estimate(size: number): number {
    return Math.max(size + 1, Math.round(size * (this.total / Math.max(1, this.read))));
  }
}

async function* shownText(
  source: BodySource,
  choice: BodyChoice,
  type: 1 | 2,
  gauge: Gauge,
  spare: SpareText | null,
): AsyncGenerator<string> {
  let first = true;
  for (const need of choice.needs) {
    const { part } = need;
    if (!part) continue;
    if (!first) yield partSeparator(type);
    first = false;
    yield* bodyText(part, gauge.measure({ ...need, part }, source.open(need)), type);
  }
  if (first && spare) yield* textAsBody(spare, type);
}

/** Tells by `own` whether there was any text that is not quoted. */
async function* uniqueText(
  source: BodySource,
  choice: BodyChoice,
  gauge: Gauge,
  own: { hasText: boolean },
): AsyncGenerator<string> {
  for (const [index, need] of choice.needs.entries()) {
    const { part } = need;
    if (!part) continue;
    if (index > 0) yield partSeparator(2);
    const text = uniqueBodyText(part, gauge.measure({ ...need, part }, source.open(need)));
    yield* text.pieces;
    own.hasText ||= text.cutter.hasText;
  }
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) yield Buffer.from(piece, 'utf8');
}

async function cutSpool(text: Spool, limit: number, html: boolean): Promise<number> {
  const from = Math.max(0, Math.floor(limit) - cutLookBehind);
  const bytes = await gather(text, from, Math.floor(limit) + 1);
  return cutPosition(bytes, Math.floor(limit), html, from);
}

async function gather(text: Spool, from: number, to: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  if (to > from) for await (const piece of text.read({ first: from, last: to - 1 })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The first `end` bytes as Data; the spool is freed when they are consumed. */
async function handOver(text: Spool, end: number): Promise<string | AsyncIterable<Uint8Array>> {
  if (end > stringLimit) return consuming(text, end);
  const bytes = await gather(text, 0, end);
  text.dispose();
  return bytes.toString('utf8');
}

async function* consuming(text: Spool, end: number): AsyncGenerator<Uint8Array> {
  try {
    yield* text.read({ first: 0, last: end - 1 });
  } finally {
    text.dispose();
  }
}

const previewSource = 64 * 1024;

async function previewFrom(text: Spool, type: 1 | 2, length: number): Promise<string> {
  const head = (await gather(text, 0, previewSource)).toString('utf8');
  return type === 2 ? previewOfHtml(head, length) : previewOf(head, length);
}

/** Null as textBody. */
async function mimeBody(
  source: BodySource,
  choice: BodyChoice,
  plan: MailPlan,
  last: boolean,
): Promise<Body | null> {
  const limit = choice.truncationSize;
  const need = choice.needs[0] ?? { part: null, bytes: null };
  const whole = limit === null || source.size <= limit;
  if (!whole && choice.allOrNone && !last) return null;
  const preview = await previewBesideMime(source, plan, choice);
  const size = { Type: 4, EstimatedDataSize: source.size } as const;
  const more = preview ? { Preview: preview } : {};
  if (whole) return { ...size, Data: wireMime(source, need), ...more };
  if (choice.allOrNone) return { ...size, Truncated: true, ...more };
  return { ...size, Truncated: true, Data: pieceOf(await cutMime(wireMime(source, need), limit)), ...more };
}

async function previewBesideMime(
  source: BodySource,
  { previewNeed }: MailPlan,
  { preview }: BodyChoice,
): Promise<string> {
  if (!previewNeed) return '';
  return source.preview ? previewOf(source.preview, preview) : previewOfPart(source, previewNeed, preview);
}

async function previewOfPart(source: BodySource, need: PartNeed, length: number): Promise<string> {
  if (!need.part) return '';
  let text = '';
  for await (const piece of partText(need.part, source.open(need))) {
    text += piece;
    if (text.length > previewSource) break;
  }
  return need.part.subtype === 'html' ? previewOfHtml(text, length) : previewOf(text, length);
}

/** A NUL ends a WBXML string, so the only byte of a message that cannot be sent as it is becomes a space. */
async function* wireMime(source: BodySource, need: PartNeed): AsyncGenerator<Uint8Array> {
  for await (const piece of source.open(need)) {
    yield piece.includes(0) ? piece.map((byte) => (byte === 0 ? 0x20 : byte)) : piece;
  }
}

/** Bytes and not a string, because a message need not be UTF-8. */
async function* pieceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The longest header that is kept whole although the cut would fall into it. */
const longestHeader = 64 * 1024;

/** The header and as much of the content as fits: a cut inside the header would leave a phone nothing to show. */
async function cutMime(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const header = headerEndSearch();
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece);
    size += piece.length;
    header.look(piece);
    // One byte more than wanted tells whether a character ends there.
    if (size > limit && (header.end !== null || size > longestHeader)) break;
  }
  const bytes = Buffer.concat(pieces);
  const end = Math.max(limit, Math.min(header.end ?? longestHeader, longestHeader));
  return bytes.subarray(0, cutPosition(bytes, end, false));
}
