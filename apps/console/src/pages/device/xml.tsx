import { useMemo } from 'react';
import { xmlPieces } from './xml-pieces.js';

/** XML as it was sent, in lines and colours. A text of the page: nothing of it becomes part of the document. */
export function Xml({ text }: { readonly text: string }) {
  const pieces = useMemo(() => xmlPieces(text), [text]);
  return (
    <pre className="xml" tabIndex={0}>
      {pieces.map(({ kind, text: piece }, index) => (
        <span key={index} data-kind={kind}>
          {piece}
        </span>
      ))}
    </pre>
  );
}
