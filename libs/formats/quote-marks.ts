/** How mail programs mark what they quote, in the languages they are used in. All tests are about one line of text. */

const dividers =
  'original (?:message|appointment|mail)|original-nachricht|ursprüngliche (?:nachricht|e-mail)|originalnachricht|' +
  'message d.origine|message original|mensaje original|mensagem original|messaggio originale|' +
  'oorspronkelijk(?:e)? bericht|ursprungligt meddelande|originalmeddelande|opprinnelig melding|oprindelig meddelelse|' +
  'alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní (?:zpráva|e-mail)|pôvodná správa|' +
  'eredeti üzenet|mesaj original|originalna poruka|izvirno sporočilo|исходное сообщение|оригинальное сообщение|' +
  'оригінальне повідомлення|özgün ileti|orijinal mesaj|αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|' +
  '原始邮件|原始郵件|元のメッセージ|원본 메시지';
const divider = new RegExp(`^[-_*\\s]{2,}(?:${dividers})[-_*\\s:]{2,}$`, 'iu');

const from =
  'from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|от|від|kimden|gönderen|από|מאת|من|发件人|寄件者|差出人|送信者|보낸 사람';
const date =
  'sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|inviato|data|verzonden|skickat|sendt|dato|lähetetty|' +
  'wysłano|odesláno|odoslané|elküldve|trimis|poslano|отправлено|дата|надіслано|gönderildi|tarih|ημερομηνία|στάλθηκε|' +
  'נשלח|تاريخ الإرسال|发送时间|发送日期|寄件日期|送信日時|送信日|보낸 날짜';
const fromField = new RegExp(`^[*\\s]*(?:${from})\\s*[:：]\\s*\\S`, 'iu');
const dateField = new RegExp(`^[*\\s]*(?:${date})\\s*[:：]\\s*.*\\d`, 'iu');

const wrote =
  'wrote|writes|schrieb|schreibt|a écrit|escribió|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał\\(?a?\\)?|' +
  'napsal\\(?a?\\)?|napísal\\(?a?\\)?|írta|a scris|napisao|je napisal|пишет|написал\\(?а?\\)?|написав|пише|yazdı|έγραψε|' +
  'כתב|כתבה|كتب|写道|寫道|书写|のメール|書きました|님이 작성';
const wroteLine = new RegExp(`(?:^|[\\s,>)\\d])(?:${wrote})[^.!?]{0,80}[:：]$`, 'iu');

const longestLine = 1_000;

/** `-----Original Message-----`: all that follows is quoted. */
export const isDivider = (line: string): boolean => line.length < 200 && divider.test(line.trim());

/** `From: Ann <ann@example.org>`: may begin the copied header of a quoted mail. */
export const isFromField = (line: string): boolean => line.length < longestLine && fromField.test(line);

/** `Sent: Monday, 5 January 2026`: a copied header is one if this follows soon. */
export const isDateField = (line: string): boolean => line.length < longestLine && dateField.test(line);

/**
 * `On 5 January 2026, Ann wrote:`, or as some languages have it, only a date and an address with a colon. Says something
 * only of a line before a quotation.
 */
export function isAttribution(line: string): boolean {
  const text = line.trim();
  if (text.length > longestLine || !/[:：]$/.test(text)) return false;
  return wroteLine.test(text) || (/\d{1,2}[:.]\d\d|\d{4}/.test(text) && /@|[<«"]/.test(text));
}

const forward =
  /^\s*(?:fwd?|wg|tr|rv|enc|i|vs|vb|doorst|pd|továbbítás|пересл|转发|轉寄|転送|전달|הועבר)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]/iu;

/** What a forwarded mail quotes is what it is about. */
export const isForwardSubject = (subject: string): boolean => forward.test(subject);
