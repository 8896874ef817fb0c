import { eventually } from '#backend/contract';
import type { PolicyRows } from '#store';
import * as fc from 'fast-check';
import { PolicyBook } from './policy-book.js';
import { PolicySnapshot } from './snapshot.js';

const identity = (user: string, tenant = 'acme') => ({ tenant, user, deviceId: 'd' });
const policy = (id: string, settings = {}) => ({ id, name: `p${id}`, rule: null, settings });
const rows = (assignments: PolicyRows['assignments'], members: PolicyRows['members'] = []): PolicyRows => ({
  policies: ['1', '2', '3', '4', '5'].map((id) => policy(id)),
  assignments,
  members,
});
const everybody = { policyId: '1', tenant: null, groupId: null, user: null };
const tenant = { policyId: '2', tenant: 'acme', groupId: null, user: null };
const sales = { policyId: '3', tenant: null, groupId: '9', user: null };
const field = { policyId: '4', tenant: null, groupId: '8', user: null };
const ada = { policyId: '5', tenant: 'acme', groupId: null, user: 'ada' };
const members = [
  { groupId: '9', tenant: 'acme', user: 'ada' },
  { groupId: '9', tenant: 'acme', user: 'bob' },
  { groupId: '8', tenant: 'acme', user: 'bob' },
];

describe('who has which policy', () => {
  it('is decided by the narrowest assignment: user, group, tenant, everybody', () => {
    const snapshot = new PolicySnapshot(rows([everybody, tenant, sales, ada], members));
    const idOf = (...who: Parameters<typeof identity>) => snapshot.resolve(identity(...who))?.id;
    expect(idOf('ada')).toBe('5');
    expect(idOf('bob')).toBe('3');
    expect(idOf('eve')).toBe('2');
    expect(idOf('eve', 'globex')).toBe('1');
    // The same name elsewhere is somebody else.
    expect(idOf('ada', 'globex')).toBe('1');
    expect(new PolicySnapshot(rows([tenant])).resolve(identity('eve', 'globex'))).toBeNull();
  });

  it('of two groups the first assigned counts', () => {
    const idOf = (...order: PolicyRows['assignments']) =>
      new PolicySnapshot(rows(order, members)).resolve(identity('bob'))?.id;
    expect(idOf(sales, field)).toBe('3');
    expect(idOf(field, sales)).toBe('4');
  });

  it('does not depend on the order in which assignments of other widths stand', () => {
    const all = [everybody, tenant, sales, ada];
    fc.assert(
      fc.property(fc.shuffledSubarray(all), fc.constantFrom('ada', 'bob', 'eve'), (order, user) => {
        const widest = [ada, sales, tenant, everybody].filter((one) => order.includes(one));
        const fits = widest.find(
          (one) => (one.user ?? user) === user && (one.groupId === null || user !== 'eve'),
        );
        const found = new PolicySnapshot(rows(order, members)).resolve(identity(user));
        expect(found?.id).toBe(fits?.policyId);
      }),
    );
  });

  it('settings are completed by the defaults; one of a newer version is left out, a wrong one is an error', () => {
    const of = (settings: Record<string, boolean | string>) =>
      new PolicySnapshot({ policies: [policy('1', settings)], assignments: [everybody], members: [] });
    const settings = of({ AllowCamera: false, OfTheFuture: true }).resolve(identity('ada'))?.settings;
    expect(settings).toMatchObject({ AllowCamera: false, AllowWiFi: true, ApprovedApplicationList: null });
    expect(settings).not.toHaveProperty('OfTheFuture');
    expect(() => of({ AllowCamera: 'perhaps' })).toThrow();
  });
});

describe('the policies of a host', () => {
  it('stay as they were while the database is away or a policy cannot be read, and are never none by mistake', async () => {
    let load = async (): Promise<PolicyRows> => rows([tenant]);
    const failures: unknown[] = [];
    const book = new PolicyBook({ load: () => load(), onFailure: (error) => failures.push(error) });
    expect(() => book.assigned(identity('ada'))).toThrow();
    await book.open();
    load = async () => Promise.reject(new Error('away'));
    book.refresh();
    await eventually(() => failures.length === 1);
    const bad = [{ ...policy('2'), settings: { AllowCamera: 7 } }];
    load = async () => ({ ...rows([tenant]), policies: bad });
    book.refresh();
    await eventually(() => failures.length === 2);
    expect(book.assigned(identity('ada'))?.id).toBe('2');
    load = async () => rows([ada]);
    book.refresh();
    await eventually(() => book.assigned(identity('ada'))?.id === '5');
    expect(book.assigned(identity('bob'))).toBeNull();
    book.close();
  });

  it('a host does not begin without them', async () => {
    const book = new PolicyBook({ load: async () => Promise.reject(new Error('away')) });
    await expect(book.open()).rejects.toThrow('away');
  });

  it('a change that is told while they are being loaded is not missed', async () => {
    const loads: (() => void)[] = [];
    let current = rows([]);
    const book = new PolicyBook({
      load: async () => {
        const read = current;
        if (loads.length > 0 || started) await new Promise<void>((resolve) => loads.push(resolve));
        return read;
      },
    });
    let started = false;
    await book.open();
    started = true;
    book.refresh();
    current = rows([tenant]);
    book.refresh();
    loads.shift()?.();
    await eventually(() => loads.length === 1);
    loads.shift()?.();
    await eventually(() => book.assigned(identity('eve'))?.id === '2');
    book.close();
  });
});
