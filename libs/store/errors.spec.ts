import { guarded, StoreUnavailable } from './errors.js';

const failing = (properties: object): Promise<never> =>
  guarded(() => Promise.reject(Object.assign(new Error('failed'), properties)));

it.each([
  ['a server that is being started, as node-postgres says it', { code: '57P03' }],
  [
    'a server that is being started, as Prisma says it',
    { code: 'P2039', meta: { driverAdapterError: { cause: { originalCode: '57P03', kind: 'postgres' } } } },
  ],
  ['a socket that nobody listens on', { errors: [{ code: 'ECONNREFUSED' }] }],
  ['a connection that broke', { cause: { message: 'Connection terminated unexpectedly' } }],
])('%s is an outage', async (_name, properties) => {
  await expect(failing(properties)).rejects.toBeInstanceOf(StoreUnavailable);
});

it.each([
  ['a constraint', { code: 'P2002', meta: { driverAdapterError: { cause: { originalCode: '23505' } } } }],
  ['a statement that is wrong', { code: '42601', meta: null }],
])('%s is none', async (_name, properties) => {
  await expect(failing(properties)).rejects.not.toBeInstanceOf(StoreUnavailable);
});
