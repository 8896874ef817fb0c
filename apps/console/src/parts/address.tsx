import { Fragment } from 'react';

/** A mail address or user name. If there is no room for it in one line, it breaks before its "@" or a dot, not in a word. */
export function Address({ of }: { readonly of: string }) {
  return of.split(/(?=[@.])/).map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
