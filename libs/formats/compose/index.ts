/**
 * Compose makes the mails that leave. A message is taken into a spool (`takeIn`), what is added to it is made piece by
 * piece, and the result is a list of segments: bytes made here, and ranges of the spools, which are never held or changed.
 */
export { asciiDomain, encodeHeaderText, encodeMailbox } from './encode-text.js';
export { compose, composeInvitation } from './compose.js';
export {
  composeDraft,
  isSameDraft,
  type ComposedDraft,
  type DraftAttachment,
  type DraftChange,
} from './draft.js';
export { HeaderBlock } from './header-block.js';
export { threadFields } from './references.js';
export { transportable } from './reencode.js';
export { segmentsSize, streamOf, type Composition, type MadeEntity, type Segment } from './segments.js';
export { isSealed, takeIn, type TakenMessage } from './taken-message.js';
export { wireBytes } from './wire-bytes.js';
