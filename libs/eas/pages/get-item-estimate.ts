import { codePage, until } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.7. */
export const GetItemEstimate = codePage(6, 'GetItemEstimate', {
  GetItemEstimate: 0x05,
  Collections: 0x07,
  Collection: 0x08,
  Class: until(121, 0x09),
  CollectionId: 0x0a,
  Estimate: 0x0c,
  Response: 0x0d,
  Status: 0x0e,
});
