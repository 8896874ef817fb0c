/**
 * Formats turns what mail systems store into what phones are sent. A mail takes three steps, and only the middle one
 * does I/O. `planMail` looks at the structure (a tree of `MimePart`s, from IMAP's BODYSTRUCTURE or from `parseMime`) and
 * decides which parts are needed and how much of them. The source reads those. `buildEmail` makes the item of them:
 * decoded headers, the body in the type and length the phone asked for, the list of attachments.
 */
export * from './addresses.js';
export { attachmentName, type AttachmentDescription } from './attachments.js';
export { sortBodyParts, nativeBodyType, type BodyParts } from './body-parts.js';
export { type BodySource, type PartOpener } from './build-body.js';
export * from './build-email.js';
export * from './compose/index.js';
export { countBytes, crlfBytes, sliceBytes } from './byte-stream.js';
export { charsetDecoder, decodeCharset, isKnownCharset } from './charset.js';
export { type CharsetDecoder } from './charset-decoder.js';
export { cleanLine, cleanText } from './clean-text.js';
export { conversationFields, conversationOf } from './conversation.js';
export { decodeWords } from './encoded-words.js';
export { HeaderFields, neededHeaderFields } from './header-fields.js';
export { escapeHtml, htmlToText, previewOf } from './html-text.js';
export * from './mail-flags.js';
export { mailboxRole } from './mailbox-role.js';
export { matchesMail } from './match-mail.js';
export { messageClass, protectionOf, type Protection } from './message-class.js';
export * from './mime-part.js';
export * from './mime-parser.js';
export { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.js';
export * from './pim/index.js';
export * from './plan-mail.js';
export * from './scheduling/index.js';
export * from './spool.js';
export { readStoredMail, readStoredPart, type StoredMail } from './stored-mail.js';
export { parseStructuredHeader, type StructuredHeader } from './structured-header.js';
export { threadTopic } from './thread-topic.js';
export * from './time-zone-blob.js';
export * from './time-zone-clock.js';
export { ianaZone, rulesOfZone } from './time-zone-rules.js';
export { openTnefAttachment, parseTnefReference } from './tnef-attachment.js';
export { decodeTransfer, transferDecoder, type TransferDecoder } from './transfer-encoding.js';
