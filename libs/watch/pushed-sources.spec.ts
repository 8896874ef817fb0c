import { BackendError, type ChangeNotice } from '#backend';
import { PushedSources } from './pushed-sources.js';

const MAIL = 'Email INBOX';
const CALENDAR = 'Calendar Work';

function setUp(tells: boolean | Error = true) {
  const watched: (readonly string[])[] = [];
  let asked = 0;
  let closed = 0;
  let notify: (notice: ChangeNotice) => void = () => undefined;
  const sources = new PushedSources({
    isTold: (place) => place.startsWith('Email'),
    wantsAsking: (place) => place === MAIL,
    ask: async () => {
      asked++;
      if (tells instanceof Error) throw tells;
      return tells;
    },
    others: async (places, told) => {
      watched.push(places);
      notify = told;
      return { close: async () => void closed++ };
    },
    recheck: 900,
  });
  return {
    sources,
    watched,
    asked: () => asked,
    closed: () => closed,
    tell: (folders: ChangeNotice['folders']) => notify({ folders }),
  };
}

describe('sources whose server tells by itself', () => {
  it('are not watched at all, and looked at from time to time', async () => {
    const { sources, watched, asked } = setUp();
    const watch = await sources.watch([MAIL, 'Email Sent'], () => undefined);
    expect([watched, asked(), watch.recheck]).toEqual([[], 1, 900]);
    await watch.close();
  });

  it('leave the others to be watched, and let go of them in the end', async () => {
    const { sources, watched, tell, closed } = setUp();
    const heard: ChangeNotice['folders'][] = [];
    const watch = await sources.watch([MAIL, CALENDAR], ({ folders }) => heard.push(folders));
    expect([watched, watch.recheck]).toEqual([[[CALENDAR]], 900]);
    tell([CALENDAR]);
    expect(heard).toEqual([[CALENDAR]]);
    await watch.close();
    expect(closed()).toBe(1);
  });

  it('are watched if the server cannot be asked; those that need no asking still are not', async () => {
    const { sources, watched } = setUp(false);
    const watch = await sources.watch([MAIL, 'Email Sent'], () => undefined);
    expect([watched, watch.recheck]).toEqual([[[MAIL]], 900]);
    const all = await sources.watch([MAIL, CALENDAR], () => undefined);
    expect(all.recheck).toBeUndefined();
  });

  it('are not asked where nothing depends on it, and a failure to ask is one to watch', async () => {
    const down = new BackendError('unavailable', 'down');
    const { sources, asked } = setUp(down);
    await sources.watch([CALENDAR], () => undefined);
    expect(asked()).toBe(0);
    await expect(sources.watch([MAIL], () => undefined)).rejects.toBe(down);
  });
});
