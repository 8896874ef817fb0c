import type { AnswerOf, RouteName, Routes } from '#admin-api';
import { AdminClient, ApiRefusal, type CallOf } from '#admin-api/client';

/**
 * The API, as the signed-in person of this page. The session itself is a cookie that scripts cannot read; what is kept
 * here is the token that shows a change was asked for by this page and not by another site.
 */
class ConsoleApi {
  private csrf = '';
  private readonly hearers = new Set<() => void>();
  private readonly client = new AdminClient({
    origin: '',
    headers: (): Record<string, string> => (this.csrf ? { 'X-Godwit-CSRF': this.csrf } : {}),
    fetch: (...call) => fetch(...call),
  });

  /** As told by the session. */
  useCsrf(token: string): void {
    this.csrf = token;
  }

  /** Hears when the API no longer knows the session. */
  onSignedOut(hear: () => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  /** Throws ApiRefusal, or what fetch throws when there is no connection. */
  async call<R extends RouteName>(
    name: R,
    call: CallOf<R>,
    signal?: AbortSignal,
  ): Promise<AnswerOf<Routes[R]>> {
    const answer = await this.open(name, call, signal);
    if (answer.status === 204) return undefined as AnswerOf<Routes[R]>;
    return (await answer.json()) as AnswerOf<Routes[R]>;
  }

  private async open<R extends RouteName>(
    name: R,
    call: CallOf<R>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    try {
      return await this.client.open(name, call, signal);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 401 && !name.endsWith(' /session'))
        this.signedOut();
      throw error;
    }
  }

  private signedOut(): void {
    for (const hear of this.hearers) hear();
  }
}

export const api = new ConsoleApi();
