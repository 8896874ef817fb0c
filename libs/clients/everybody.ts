/** What some clients need and all of them get, because it harms nobody: there is nothing to switch. */
export const everybody: readonly { readonly clients: string; readonly about: string }[] = [
  {
    clients: 'Outlook, old Windows Mail',
    about: 'Logins and passwords in ISO-8859-1 are understood beside UTF-8.',
  },
  { clients: 'several', about: 'A device id is the same in upper and lower case.' },
  {
    clients: 'phones that take ids for numbers',
    about: 'Folder ids begin with a letter, item ids are at most 20 characters.',
  },
  {
    clients: 'Windows Phone',
    about: 'Responses, Commands and Collections without content are left out; a folder is told deleted once.',
  },
  { clients: 'Windows Mail', about: 'MoreAvailable stands before Commands.' },
  { clients: 'Outlook', about: 'A folder that does not exist is Status 12, not 8.' },
  {
    clients: 'Outlook',
    about: 'What a phone moved, changed or deleted itself is not told to it again as new or changed.',
  },
  {
    clients: 'many',
    about: 'Who repeats a Sync of an unknown folder is sent to FolderSync by its next Ping (Status 7).',
  },
  {
    clients: 'iOS, old Android',
    about: 'A Ping over folders that were never synced, or over none, is held and not answered with news.',
  },
  {
    clients: 'Gmail from 2025 on',
    about: 'A FolderSync from key 0 keeps all ids and sync keys: nothing is loaded again.',
  },
  {
    clients: 'Gmail',
    about: 'A request may bring hundreds of changes; drafts uploaded again unchanged are.',
  },
  { clients: 'iOS 10', about: 'Range and Total of an attachment are told only to who asked for a range.' },
  {
    clients: 'Android 2.2',
    about: 'Importance is always sent.',
  },
  { clients: 'Android', about: 'Plain text has CRLF line ends; attachments have an EstimatedDataSize.' },
  { clients: 'Android', about: 'An attached mail has a name that ends in .eml.' },
  { clients: 'Nine', about: 'A Fetch without TruncationSize is never cut.' },
  { clients: 'Nine', about: 'A mail whose header ends in CRLF LF LF is understood.' },
  { clients: 'Nine', about: 'Search hits name their folder.' },
  { clients: 'Android 4', about: 'Search answers have Range and Total.' },
  { clients: 'iOS', about: 'An empty Picture in a search means pictures without limits.' },
  { clients: 'iOS', about: 'Search hits are fetched by LongId alone.' },
  { clients: 'iOS', about: 'DateReceived is always there: the time the mail came to the mailbox.' },
  {
    clients: 'iOS',
    about: 'Text that is not valid in its charset, and control characters, are cleaned before they leave.',
  },
  { clients: 'iPhone OS 4', about: 'A temporary policy key is never 0.' },
  {
    clients: 'iOS 5',
    about: 'Elements of a request may stand in another order than the specification has them.',
  },
  { clients: 'Galaxy S3 and others', about: 'SMS in Options or in Commands is accepted and not kept.' },
  { clients: 'several', about: 'An empty answer is of the WBXML type, too.' },
  { clients: 'several', about: 'A request with code page 254 of Windows Live is read over.' },
  { clients: 'some phones', about: 'A multipart/report is shown as its text.' },
];
