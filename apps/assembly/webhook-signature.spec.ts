import { isSigned, signatureOf, signedHead } from './webhook-signature.js';

// The example of the Standard Webhooks specification.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const SECONDS = 1614265330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const head = (more: object = {}, now = SECONDS * 1000) =>
  signedHead(
    { 'webhook-id': ID, 'webhook-timestamp': String(SECONDS), 'webhook-signature': SIGNATURE, ...more },
    now,
  );
const judged = (more: object = {}, body = BODY, secret = SECRET): boolean => {
  const told = head(more);
  return told !== null && isSigned(told, secret, Buffer.from(body));
};

it('signs as Standard Webhooks does', () => {
  expect(signatureOf(SECRET, ID, SECONDS, BODY)).toBe(SIGNATURE);
});

it('believes the specification’s example, also beside the signature of another secret', () => {
  expect(judged()).toBe(true);
  expect(judged({ 'webhook-signature': `v1,b3RoZXI= v1a,x ${SIGNATURE}` })).toBe(true);
});

it('believes nobody who changed body, id or time, has another secret, or signs too often', () => {
  expect(judged({}, `${BODY} `)).toBe(false);
  expect(judged({ 'webhook-id': 'another' })).toBe(false);
  expect(judged({ 'webhook-timestamp': String(SECONDS + 1) })).toBe(false);
  expect(judged({}, BODY, 'whsec_AAAA')).toBe(false);
  expect(judged({ 'webhook-signature': SIGNATURE.slice(0, -2) })).toBe(false);
  expect(judged({ 'webhook-signature': `${'v1,x '.repeat(8)}${SIGNATURE}` })).toBe(false);
});

it('does not even look at the body of what is old, of the future, or no webhook', () => {
  expect(head({}, (SECONDS + 301) * 1000)).toBeNull();
  expect(head({}, (SECONDS - 301) * 1000)).toBeNull();
  expect(head({}, (SECONDS + 299) * 1000)).not.toBeNull();
  for (const missing of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(head({ [missing]: undefined })).toBeNull();
  for (const wrong of ['', '1e9', '-1', '1614265330.5', 'NaN'])
    expect(head({ 'webhook-timestamp': wrong })).toBeNull();
  expect(head({ 'webhook-id': 'x'.repeat(257) })).toBeNull();
});
