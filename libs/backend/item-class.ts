/** Item classes as the Class element spells them (MS-ASCMD 2.2.3.27). */
export type ItemClass = 'Email' | 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';
