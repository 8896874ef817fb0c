import { eventually } from '#backend/contract';
import {
  afterStep,
  isWipeInForce,
  type DeviceWipe,
  type WipeInForce,
  type WipeState,
  type WipeStep,
} from '#store';
import * as fc from 'fast-check';
import { whyNotApprove, whyNotCancel, whyNotWipe } from './may-wipe.js';
import { PendingWipes } from './pending-wipes.js';

const wipe = (state: DeviceWipe['state']): DeviceWipe => ({ id: '1', kind: 'device', state });

describe('a wipe', () => {
  it('is only ever confirmed after it was sent, sent after it was requested, and never again once cancelled', () => {
    const steps: WipeStep[] = ['approve', 'cancel', 'send', 'confirm', 'fail'];
    fc.assert(
      fc.property(
        fc.constantFrom<WipeState>('waiting', 'requested'),
        fc.array(fc.constantFrom(...steps), { maxLength: 10 }),
        (first, tries) => {
          const path: WipeState[] = [first];
          for (const step of tries) {
            const next = afterStep(path.at(-1)!, step);
            if (next !== null) path.push(next);
          }
          const order = ['waiting', 'requested', 'sent', 'failed', 'confirmed'];
          if (path.includes('confirmed') || path.includes('failed')) expect(path).toContain('sent');
          if (path.includes('cancelled')) {
            expect(path).not.toContain('sent');
            expect(path.at(-1)).toBe('cancelled');
          } else expect(path).toEqual([...path].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
        },
      ),
    );
  });

  it('is in force from the request until the device confirmed it', () => {
    const states: DeviceWipe['state'][] = ['waiting', 'requested', 'sent', 'failed', 'confirmed'];
    expect(states.filter((state) => isWipeInForce(wipe(state)))).toEqual(['requested', 'sent', 'failed']);
    expect(isWipeInForce(null)).toBe(false);
  });
});

describe('whether a wipe may be', () => {
  const asked = (protocolVersion: number | null, state: DeviceWipe['state'] | null = null) => ({
    protocolVersion,
    wipe: state && wipe(state),
  });

  it('asked for: an account wipe of 16.1 only, whatever else would be done in its place', () => {
    expect(whyNotWipe('account', asked(161))).toBeNull();
    for (const version of [120, 141, 160, null])
      expect(whyNotWipe('account', asked(version))?.code).toBe('account-wipe-unsupported');
    expect(whyNotWipe('device', asked(120))).toBeNull();
  });

  it('asked for again: not while one is under way, but after it failed or was done', () => {
    for (const state of ['waiting', 'requested', 'sent'] as const)
      expect(whyNotWipe('device', asked(161, state))?.code).toBe('wipe-under-way');
    for (const state of ['failed', 'confirmed'] as const)
      expect(whyNotWipe('device', asked(161, state))).toBeNull();
  });

  it('cancelled: until the device was told', () => {
    for (const state of ['waiting', 'requested'] as const) expect(whyNotCancel(wipe(state))).toBeNull();
    for (const state of ['sent', 'failed', 'confirmed'] as const)
      expect(whyNotCancel(wipe(state))?.code).toBe('wipe-sent');
    expect(whyNotCancel(null)?.code).toBe('no-wipe');
  });

  it('agreed to: by another administrator than who asked', () => {
    const by = (name: string) => ({ requestedBy: 'token a', by: name });
    expect(whyNotApprove(wipe('waiting'), by('token b'))).toBeNull();
    expect(whyNotApprove(wipe('waiting'), by('token a'))?.code).toBe('same-administrator');
    expect(whyNotApprove(wipe('requested'), by('token b'))?.code).toBe('wipe-not-waiting');
  });
});

describe('the devices to be wiped, as a node knows them', () => {
  const lost: WipeInForce = { tenant: 't', user: 'ada', deviceId: 'd', kind: 'device' };

  it('are kept while the database is away, and no longer asked for than a phone would', async () => {
    let load = async (): Promise<WipeInForce[]> => [lost];
    let failures = 0;
    const wipes = new PendingWipes({ load: () => load(), onFailure: () => void failures++ }).open();
    await eventually(() => wipes.of(lost) === 'device');
    load = async () => Promise.reject(new Error('away'));
    wipes.refresh();
    await eventually(() => failures === 1);
    expect(wipes.of(lost)).toBe('device');
    expect(wipes.of({ ...lost, deviceId: 'e' })).toBeNull();
    const answers = Array.from({ length: 100 }, () => wipes.of(lost));
    expect(answers.filter((kind) => kind !== null).length).toBeLessThan(25);
    expect(answers.at(-1)).toBeNull();
    load = async () => [];
    wipes.refresh();
    load = async () => [lost];
    wipes.refresh();
    await eventually(() => wipes.of(lost) === 'device');
    wipes.close();
  });
});
