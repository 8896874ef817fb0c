/** Global tokens of WBXML 1.3, section 7.1, as far as anybody may meet them. */
export const SWITCH_PAGE = 0x00;
export const END = 0x01;
export const ENTITY = 0x02;
export const STR_I = 0x03;
export const LITERAL = 0x04;
export const STR_T = 0x83;
export const OPAQUE = 0xc3;

/** Bits of a tag byte: attributes follow, content follows; the rest is the tag itself. */
export const HAS_ATTRIBUTES = 0x80;
export const HAS_CONTENT = 0x40;
export const TAG_MASK = 0x3f;
/** Below are the global tokens, in every one of the four rows of 64. */
export const FIRST_TAG = 0x05;

export const VERSION = 0x03;
export const PUBLIC_ID_UNKNOWN = 0x01;
export const CHARSET_UTF8 = 0x6a;
