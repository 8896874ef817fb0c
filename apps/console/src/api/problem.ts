import { ApiRefusal } from '#admin-api/client';

export interface Trouble {
  readonly title: string;
  readonly detail: string;
  /** What is wrong with which field. */
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  /** Whether the same call may work a moment later. */
  readonly mayPass: boolean;
}

/** What went wrong, in words for the person at the screen. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiRefusal)
    return {
      title: error.problem?.title ?? `The server answered ${error.status}`,
      detail: error.problem?.detail ?? 'It did not say why.',
      fields: error.problem?.fields ?? [],
      mayPass: error.status >= 500 || error.status === 429,
    };
  if (error instanceof TypeError)
    return {
      title: 'No connection to the server',
      detail: 'The admin app does not answer. Phones are not affected by that.',
      fields: [],
      mayPass: true,
    };
  return {
    title: 'Something went wrong on this page',
    detail: error instanceof Error ? error.message : String(error),
    fields: [],
    mayPass: false,
  };
}
