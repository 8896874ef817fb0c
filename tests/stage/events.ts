/** What a stream of server-sent events has told so far. */
export interface Heard {
  readonly events: readonly { readonly event: string; readonly data: unknown }[];
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
}

/** Reads a stream until it ends, or the signal it was opened with is aborted. */
export function hear({ body }: Response): Heard {
  const events: { event: string; data: unknown }[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      const parts = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
        if (event !== undefined && data !== undefined) events.push({ event, data: JSON.parse(data) });
      }
    }
  };
  return { events, ended: read().catch(() => undefined) };
}
