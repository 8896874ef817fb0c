/** The same bytes as a Buffer, not copied. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes as text, one character a byte: headers and MIME syntax are looked at in this form. */
export const latin1 = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');
