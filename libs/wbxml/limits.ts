/** How much of a document is read before it counts as an attack. Exceeding one is a WbxmlError. */
export interface WbxmlLimits {
  /** Elements inside each other. ActiveSync itself needs about 12. */
  readonly depth: number;
  /** Elements in the whole document. */
  readonly elements: number;
  /** Bytes of one inline string. */
  readonly text: number;
  /** Bytes of one opaque block. */
  readonly opaque: number;
  /** Bytes of the document. */
  readonly total: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: WbxmlLimits = {
  depth: 48,
  elements: 500_000,
  text: 64 * MiB,
  opaque: 128 * MiB,
  total: 160 * MiB,
};
