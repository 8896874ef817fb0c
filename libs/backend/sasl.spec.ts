import { oauthBearer, xoauth2 } from './sasl.js';

const text = ({ initial }: { readonly initial: string }) => Buffer.from(initial, 'base64').toString();
const place = { host: 'mail.example.org', port: 143 };
const ada = { user: 'ada@example.org', accessToken: 'abc.def' };

describe('a token shown to a server', () => {
  it('is framed as XOAUTH2 and RFC 7628 say', () => {
    expect(text(xoauth2(ada))).toBe('user=ada@example.org\u0001auth=Bearer abc.def\u0001\u0001');
    expect(text(oauthBearer(ada, place))).toBe(
      'n,a=ada@example.org,\u0001host=mail.example.org\u0001port=143\u0001auth=Bearer abc.def\u0001\u0001',
    );
    expect(Buffer.from(oauthBearer(ada, place).breaker, 'base64').toString()).toBe('\u0001');
  });

  it('is that of no other user by a name that would end a field', () => {
    expect(text(oauthBearer({ ...ada, user: 'a,a=b' }, place))).toContain('n,a=a=2Ca=3Db,\u0001');
    for (const user of ['ada\u0001auth=Bearer x', 'ada\r\nQUIT', 'ada\0'])
      for (const mechanism of [xoauth2, oauthBearer])
        expect(() => mechanism({ ...ada, user }, place)).toThrow('control characters');
  });
});
