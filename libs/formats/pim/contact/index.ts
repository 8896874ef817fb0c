/** Contacts: vCards as phones see them, and back, without losing what phones have no words for. */
export { contactCodec, contactCodecFor } from './contact-codec.js';
export { computedFileAs, type FileAsOrder } from './names.js';
