/** Reply and forward marks mail programs put before a subject, in their users' languages. */
const marks =
  're|r|fw|fwd|f|aw|wg|sv|vs|vb|vl|antw|doorst|odp|pd|tr|rv|enc|ynt|ilt|i|res|ref|rif|inoltro|' +
  'odpoved|preposlat|továbbítás|vá|fs|bls|trs|nf|atb|отв|пересл|ha|απ|πρθ|σχετ|בעניין|הועבר|رد|回复|转发|答复|回覆|轉寄|返信|転送|답장|전달';
const prefix = new RegExp(
  `^(?:\\s|\\[[^\\]]{0,40}\\](?=\\s*(?:${marks})\\b)|(?:${marks})(?:\\[\\d+\\]|\\(\\d+\\)|\\*\\d+)?\\s*[:：])+`,
  'iu',
);

/** The subject without reply and forward marks: what all mails of a conversation share (MS-ASEMAIL 2.2.2.78). */
export function threadTopic(subject: string): string {
  return subject.slice(0, 1000).replace(prefix, '').trim() || subject;
}
