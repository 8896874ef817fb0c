import {
  commands,
  decode,
  encodeToBuffer,
  isDeclared,
  parseQuery,
  type DeclaredCommand,
  type Encodable,
  type Infer,
  type Query,
} from '#eas';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a script says to one request. */
export interface Line {
  readonly http?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Heard {
  readonly query: Query;
  readonly headers: IncomingMessage['headers'];
  /** Undefined for an empty body. */
  readonly value: unknown;
  readonly raw: Buffer;
}

/** Null: the script has answered, or hung up, by itself. */
export type Script = (heard: Heard, response: ServerResponse) => Line | null | Promise<Line | null>;

/** A server that answers by a script, a function; it understands requests with libs/eas and keeps them. */
export class ScriptedServer {
  readonly heard: Heard[] = [];
  script: Script;
  readonly #server: Server;

  private constructor(script: Script) {
    this.script = script;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  static async start(script: Script): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    if (request.method === 'OPTIONS') {
      response.writeHead(200, {
        'MS-ASProtocolVersions': '12.1, 14.1,16.1',
        'MS-ASProtocolCommands': 'Sync,Ping',
      });
      response.end();
      return;
    }
    const query = parseQuery(new URL(request.url ?? '', 'http://x').search.slice(1));
    const heard = { query, headers: request.headers, raw, value: await valueOf(query, raw) };
    this.heard.push(heard);
    const line = await this.script(heard, response);
    if (line === null) return;
    const { http = 200, headers = {}, body = '' } = line;
    response.writeHead(http, { 'Content-Type': 'application/vnd.ms-sync.wbxml', ...headers });
    response.end(body);
  }
}

async function valueOf({ command }: Query, raw: Buffer): Promise<unknown> {
  if (raw.length === 0 || raw[0] !== 0x03 || !isDeclared(command)) return undefined;
  return (await decode(commands[command].request, raw, { version: 161 })).value;
}

/** A document as the body of a line. */
export async function say<N extends DeclaredCommand>(
  name: N,
  value: Encodable<(typeof commands)[N]['response']>,
  line: Line = {},
): Promise<Line> {
  return { ...line, body: await encodeToBuffer(commands[name].response, value, { version: 161 }) };
}

/** What was heard, as a request of this command. */
export const requestIn = <N extends DeclaredCommand>(
  _name: N,
  heard: Heard | undefined,
): Infer<(typeof commands)[N]['request']> => heard?.value as Infer<(typeof commands)[N]['request']>;
