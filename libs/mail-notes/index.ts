/**
 * What a mail source cannot keep itself. IMAP has a star, but no due date; keywords, but only in ASCII; `$Answered`, but not
 * whether all were answered; and a draft that is rewritten is another mail to it. `notedMail` puts itself before a source
 * and keeps these things in our store, so that every phone of the account is told of them. A mail about which something is
 * kept carries the keyword NOTED: nothing is asked of the store for any other, and through that keyword all devices hear of
 * a change by the source's own feed (docs/adr/0005).
 */
export { notedMail, type NotedMailOptions } from './noted-mail.js';
