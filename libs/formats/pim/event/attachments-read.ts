import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import type { ItemByClass } from '#eas';
import { cleanLine } from '../../clean-text.js';
import { parameterOf, valuesOf } from '../../calendar-values.js';
import type { CodecFile } from '../codec.js';

type Attachments = NonNullable<ItemByClass['Calendar']['Attachments']>;

const mostFiles = 200;

/** A file of an event: it lies in the text, or the text says where it is. */
interface EventFile {
  /** What FileReference names it by: made of its content, so that it stays the same while others come and go. */
  readonly part: string;
  readonly property: ICAL.Property;
  readonly name: string | null;
  readonly contentType: string;
  /** Bytes; 0 where nobody says how many. */
  readonly size: number;
}

/** The ATTACH properties of an event (RFC 5545 3.8.1.1), each file once. */
export function filesOf(event: ICAL.Component): EventFile[] {
  const files = new Map<string, EventFile>();
  for (const property of event.getAllProperties('attach').slice(0, mostFiles)) {
    const file = fileOf(property);
    if (file && !files.has(file.part)) files.set(file.part, file);
  }
  return [...files.values()];
}

function fileOf(property: ICAL.Property): EventFile | null {
  const [value] = valuesOf(property);
  const encoded = value instanceof ICAL.Binary ? value.value : null;
  const url = typeof value === 'string' ? value.trim() : '';
  if (encoded === null && url === '') return null;
  const said = Number(parameterOf(property, 'size'));
  return {
    part: createHash('sha256')
      .update(encoded ?? url)
      .digest('base64url')
      .slice(0, 16),
    property,
    name: nameOf(property, url),
    contentType: parameterOf(property, 'fmttype').toLowerCase() || 'application/octet-stream',
    size: encoded === null ? (said > 0 ? Math.trunc(said) : 0) : Math.floor((encoded.length * 3) / 4),
  };
}

const nameParameters = ['filename', 'x-filename', 'x-apple-filename', 'x-label', 'x-oracle-filename'];

function nameOf(property: ICAL.Property, url: string): string | null {
  const said = nameParameters
    .map((name) => cleanLine(parameterOf(property, name)))
    .find((name) => name !== '');
  if (said !== undefined) return said.slice(0, 255);
  const last = /^[a-z][a-z0-9+.-]*:[^?#]*\/([^/?#]+)/i.exec(url)?.[1];
  return last === undefined || /^data:/i.test(url) ? null : cleanLine(decoded(last)).slice(0, 255);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The Attachments element (16.0 and later); the part stands for the whole FileReference, which libs/commands makes of it. */
export function attachmentElements(event: ICAL.Component): { readonly Attachments?: Attachments } {
  const files = filesOf(event);
  if (files.length === 0) return {};
  return {
    Attachments: {
      Attachment: files.map(({ part, name, size }) => ({
        DisplayName: name ?? 'file',
        FileReference: part,
        Method: 1,
        EstimatedDataSize: size,
        IsInline: false,
      })),
    },
  };
}

/** The file with this part; null if the event has none. */
export function openFileOf(event: ICAL.Component, part: string): CodecFile | null {
  const file = filesOf(event).find((one) => one.part === part);
  if (!file) return null;
  const { name, contentType, property } = file;
  const [value] = valuesOf(property);
  if (value instanceof ICAL.Binary) return { name, contentType, bytes: Buffer.from(value.value, 'base64') };
  const url = String(value).trim();
  const bytes = bytesOfUrl(url);
  return bytes ? { name, contentType: typeOfUrl(url) ?? contentType, bytes } : { name, contentType, url };
}

/** The bytes that a `data:` URL is itself (RFC 2397); null for any other, and for a broken one. */
function bytesOfUrl(url: string): Uint8Array | null {
  const match = /^data:([^,]{0,200}),/i.exec(url);
  if (!match) return null;
  const data = url.slice(match[0].length);
  return Buffer.from(decoded(data), /;base64$/i.test(match[1]!) ? 'base64' : 'utf8');
}

const typeOfUrl = (url: string): string | null =>
  /^data:([\w.+-]+\/[\w.+-]+)[;,]/i.exec(url)?.[1]!.toLowerCase() ?? null;
