import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';

/** What a place of Autodiscover answered. */
export interface PlaceAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
  /** When its certificate ends; null over plain HTTP. */
  readonly certificateEnds: Date | null;
}

export interface PlaceQuestion {
  readonly url: string;
  /** Null asks by GET and without a password. */
  readonly post: { readonly body: string; readonly user: string; readonly password: string } | null;
  readonly insecure: boolean;
}

export type AskPlace = (question: PlaceQuestion) => Promise<PlaceAnswer>;

/** Milliseconds; phones wait no longer for one of several places. */
const PATIENCE = 10_000;
/** Characters of an answer that are looked at. */
const ENOUGH = 64 * 1024;

/** Asks one place. Rejects with the error of the network. */
export const askPlace: AskPlace = ({ url, post, insecure }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(url, {
      method: post ? 'POST' : 'GET',
      rejectUnauthorized: !insecure,
      agent: false,
      headers: {
        'User-Agent': 'Godwit-Doctor/1.0',
        ...(post && {
          'Content-Type': 'text/xml; charset=utf-8',
          'Content-Length': Buffer.byteLength(post.body),
          Authorization: `Basic ${Buffer.from(`${post.user}:${post.password}`).toString('base64')}`,
        }),
      },
    });
    request.setTimeout(PATIENCE, () =>
      request.destroy(Object.assign(new Error(`${url} does not answer`), { code: 'ETIMEDOUT' })),
    );
    request.once('error', reject);
    request.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < ENOUGH) body += text;
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body,
          certificateEnds: certificateEnd(response.socket as Partial<TLSSocket>),
        }),
      );
    });
    request.end(post?.body);
  });

function certificateEnd(socket: Partial<TLSSocket>): Date | null {
  const end = socket.getPeerCertificate?.().valid_to;
  return end === undefined ? null : new Date(end);
}
