/** A search is refused by a Status in the Response (MS-ASCMD 2.2.3.177.2). */
export class FindRefused extends Error {
  override readonly name = 'FindRefused';

  constructor(
    readonly store: 'Mailbox' | 'GAL',
    readonly status: number,
  ) {
    super(`Find in ${store} is refused by ${status}`);
  }
}
