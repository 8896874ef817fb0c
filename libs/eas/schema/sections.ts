/** Where an element stands in the specification: `ascmd('181.4')` is MS-ASCMD 2.2.3.181.4. */
const within = (document: string, chapter: string) => (section: string) =>
  `${document} ${chapter}.${section}`;

export const ascmd = within('MS-ASCMD', '2.2.3');
/** The commands themselves. */
export const command = within('MS-ASCMD', '2.2.1');
export const asemail = within('MS-ASEMAIL', '2.2.2');
export const asairs = within('MS-ASAIRS', '2.2.2');
export const asprov = within('MS-ASPROV', '2.2.2');
export const asrm = within('MS-ASRM', '2.2.2');
export const ascal = within('MS-ASCAL', '2.2.2');
export const ascntc = within('MS-ASCNTC', '2.2.2');
export const astask = within('MS-ASTASK', '2.2.2');
export const asnote = within('MS-ASNOTE', '2.2.2');
