import { AdminStage } from './testing/admin-stage.js';

describe('the guard of the API', () => {
  let stage: AdminStage;
  beforeAll(async () => void (stage = await AdminStage.open()));
  afterAll(() => stage.close());

  it('opens', async () => {
    const reader = await stage.as({ role: 'read-only' });
    await expect(reader.call('GET /tokens', {})).rejects.toMatchObject({ status: 403 });
    await expect(stage.bearer('x').call('GET /tokens', {})).rejects.toMatchObject({ status: 401 });
    await expect(stage.first.call('GET /tokens', {})).rejects.toMatchObject({ status: 503 });
  });
});
