import { mobileSyncRedirect, mobileSyncSettings, poxError } from '#discovery';
import type { PlaceAnswer, PlaceQuestion } from './ask-place.js';
import { Discovery, type Names } from './discovery.js';
import type { StepReport } from './step.js';
import { takeStep } from './take-step.js';

const URL_FOUND = 'https://mail.example.org/Microsoft-Server-ActiveSync';
const ann = { address: 'ann@example.org', displayName: 'Ann' };
const settings = (url = URL_FOUND): Partial<PlaceAnswer> => ({
  status: 200,
  body: mobileSyncSettings(ann, url),
});

/** A world of names and places; a place that is not there does not exist. */
async function look(world: {
  addresses?: readonly string[];
  srv?: readonly { host: string; port: number }[];
  places?: Readonly<Record<string, Partial<PlaceAnswer> | Error>>;
}) {
  const asked: PlaceQuestion[] = [];
  const names: Names = {
    hasAddress: async (host) => world.addresses?.includes(host) ?? false,
    srv: async () => world.srv ?? [],
  };
  const ask = async (question: PlaceQuestion): Promise<PlaceAnswer> => {
    asked.push(question);
    const answer = world.places?.[question.url] ?? { status: 404 };
    if (answer instanceof Error) throw answer;
    return { status: 200, location: undefined, body: '', certificateEnds: null, ...answer };
  };
  const options = { address: 'ann@example.org', user: 'ann@example.org', password: 'x', insecure: false };
  const discovery = new Discovery({ ...options, names, ask });
  const steps: StepReport[] = [];
  for (const [name, title, run] of discovery.steps) {
    const step = await takeStep(name, title, run, () => ({ url: new URL('https://x'), user: 'ann' }));
    steps.push(step);
    if (!step.ok) break;
  }
  return { url: discovery.url, steps, asked, last: steps.at(-1)! };
}

const AT_DOMAIN = 'https://example.org/autodiscover/autodiscover.xml';
const AT_HOST = 'https://autodiscover.example.org/autodiscover/autodiscover.xml';
const PLAIN = 'http://autodiscover.example.org/autodiscover/autodiscover.xml';

it('finds the server at the domain, or past a web page there at the autodiscover host', async () => {
  const both = ['example.org', 'autodiscover.example.org'];
  expect((await look({ addresses: both, places: { [AT_DOMAIN]: settings() } })).url).toBe(URL_FOUND);
  const past = { [AT_DOMAIN]: { body: '<html>Welcome</html>' }, [AT_HOST]: settings() };
  expect((await look({ addresses: both, places: past })).url).toBe(URL_FOUND);
});

it('finds it by an SRV record, and says that phones will ask', async () => {
  const places = { 'https://mail.example.org:8443/autodiscover/autodiscover.xml': settings() };
  const { url, steps } = await look({ srv: [{ host: 'mail.example.org', port: 8443 }], places });
  expect(url).toBe(URL_FOUND);
  expect(steps[1]?.advice.join()).toContain('SRV');
});

it('follows a redirect to TLS, and sends no password where others can read it', async () => {
  const places = {
    [AT_HOST]: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    [PLAIN]: { status: 302, location: 'https://mail.example.org/autodiscover/autodiscover.xml' },
    'https://mail.example.org/autodiscover/autodiscover.xml': settings(),
  };
  const { url, asked } = await look({ addresses: ['autodiscover.example.org'], places });
  expect(url).toBe(URL_FOUND);
  expect(asked.filter((question) => question.url.startsWith('http:') && question.post)).toEqual([]);
});

it('follows an address that moved, but not in circles', async () => {
  const there = 'https://new.example/autodiscover/autodiscover.xml';
  const moved = { body: mobileSyncRedirect(ann, 'ann@new.example') };
  const found = await look({
    addresses: ['example.org'],
    places: { [AT_DOMAIN]: moved, [there]: settings() },
  });
  expect(found.url).toBe(URL_FOUND);
  const circle = await look({ addresses: ['example.org'], places: { [AT_DOMAIN]: moved, [there]: moved } });
  expect(circle.url).toBeNull();
  expect(circle.last.advice.join()).toContain('circles');
});

it.each([
  ['no DNS at all', {}, 'SRV    0 0 443'],
  ['a wrong password', { [AT_DOMAIN]: { status: 401 } }, 'not accepted'],
  ['a refusal', { [AT_DOMAIN]: { body: poxError(600, new Date()) } }, 'Invalid Request'],
  [
    'a certificate for other names',
    { [AT_DOMAIN]: Object.assign(new Error('x'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }) },
    'other names',
  ],
])('tells %s and what to put in DNS', async (_what, places, told) => {
  const { last, url } = await look({
    addresses: Object.keys(places).length > 0 ? ['example.org'] : [],
    places,
  });
  expect(url).toBeNull();
  expect(last.ok).toBe(false);
  expect(last.advice.join('\n')).toContain(told);
  expect(last.advice.join('\n')).toContain('autodiscover.example.org.       CNAME');
});

it('warns of a certificate that ends soon, and refuses a server without TLS', async () => {
  const soon = { ...settings(), certificateEnds: new Date(Date.now() + 3.5 * 86_400_000) };
  const late = await look({ addresses: ['example.org'], places: { [AT_DOMAIN]: soon } });
  expect(late.last.advice.join()).toContain('ends in 3 days');
  const plain = settings('http://mail.example.org/Microsoft-Server-ActiveSync');
  expect((await look({ addresses: ['example.org'], places: { [AT_DOMAIN]: plain } })).last.reason).toContain(
    'clear',
  );
});
