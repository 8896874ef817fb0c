/** What some clients need and all of them get, because it harms nobody: there is nothing to switch. */
export const everybody: readonly { readonly clients: string; readonly about: string }[] = [
  {
    clients: 'Outlook, old Windows Mail',
    about: 'Logins and passwords in ISO-8859-1 are understood beside UTF-8.',
  },
  { clients: 'several', about: 'A device id is the same in upper and lower case.' },
  {
    clients: 'phones that take ids for numbers',
    about: 'Folder ids begin with a letter and are never used again.',
  },
  {
    clients: 'Windows Phone, iOS',
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
    about:
      'A Ping over folders that were never synced (Outbox, Trash) is held and not answered with news; an empty Folders in it means those of the Ping before.',
  },
  {
    clients: 'Gmail from 2025 on, Outlook 2013',
    about: 'A FolderSync from key 0 keeps all ids and sync keys: nothing is loaded again.',
  },
  { clients: 'Gmail', about: 'A request may bring hundreds of changes.' },
  {
    clients: 'iOS, Nine',
    about: 'A draft may be uploaded as one whole message, from 16.0 on; others send its parts as elements.',
  },
  {
    clients: 'TouchDown',
    about: 'What the change of a mail leaves out, Categories among it, stays as it is.',
  },
  {
    clients: 'BlackBerry and others',
    about: 'A mail sent again under the same ClientId goes out once.',
  },
  {
    clients: 'HTC',
    about: 'A sent mail without Date, Message-ID or MIME-Version is given them.',
  },
  { clients: 'several', about: 'Dates that are badly formed are read as well as can be.' },
  {
    clients: 'several',
    about: 'Folders may have names in any script; those of IMAP are translated both ways.',
  },
  {
    clients: 'clients that use Ping beside a waiting Sync',
    about: 'Both wait for the same news, compared with what the phone was given.',
  },
  { clients: 'Windows Mail', about: 'The query of a request may be plain or in base64.' },
  {
    clients: 'iOS, Android',
    about:
      'Autodiscover is found under its path in any case; a request without a login is answered by 401 first, one without a body by the address of who signed in.',
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
  { clients: 'iOS', about: 'An empty Picture in a search means pictures within the usual limits.' },
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
