const root = 'http://schemas.microsoft.com/exchange/autodiscover';

/** Namespaces of Autodiscover. */
export const Schema = {
  mobileSyncRequest: `${root}/mobilesync/requestschema/2006`,
  mobileSyncResponse: `${root}/mobilesync/responseschema/2006`,
  outlookRequest: `${root}/outlook/requestschema/2006`,
  outlookResponse: `${root}/outlook/responseschema/2006a`,
  response: `${root}/responseschema/2006`,
} as const;

/** The form an answer is wanted in. */
export type AnswerForm = 'mobilesync' | 'outlook';
