import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TinyCloud } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();
beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

describe('the pages of the cloud itself', () => {
  it('say where everything is', async () => {
    const { status, body } = await tiny.control('GET', '/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      endpoint: tiny.cloud.endpoint,
      region: 'ap-southeast-3',
      mode: 'virtual',
      now: '2026-01-05T00:00:00.000Z',
      nextTimer: '2026-01-05T07:00:00.000Z',
      idle: true,
      functions: expect.arrayContaining(['keeper', 'clock']),
      services: { lambda: ['Invoke'] },
    });
    expect((await tiny.control('GET', '/outputs')).body).toMatchObject({
      QueueUrl: tiny.cloud.outputs.QueueUrl,
    });
  });

  it('show what functions printed, and the usage', async () => {
    await tiny.invoke('stumbler', { how: 'fine' });
    // What a function prints reaches its log a moment after its answer, as it does in AWS.
    await expect
      .poll(async () => (await tiny.control('GET', '/logs/stumbler')).body)
      .toContain('attempt at 2026-01-05T00:00:00.000Z');
    expect((await tiny.control('GET', '/usage')).body).toContainEqual(
      expect.objectContaining({ service: 'lambda', operation: 'invocation', count: 1 }),
    );
  });

  it('answer 404 to what is not there', async () => {
    for (const path of ['/nothing', '/logs/nobody', '/logs/..%2Fseed', '/mailbox/none']) {
      expect((await tiny.control('GET', path)).status).toBe(404);
    }
  });

  it('refuse a body that is no JSON and a time that is not ahead', async () => {
    for (const body of [
      '{',
      '[]',
      { seconds: -1 },
      { to: 'tomorrow' },
      { to: '2025-01-01' },
      { seconds: 1e12 },
    ]) {
      expect((await tiny.control('POST', '/clock/advance', body)).status).toBe(400);
    }
    expect((await tiny.control('POST', '/clock/skip', { past: 'all' })).status).toBe(400);
    expect((await tiny.control('POST', '/clock/skip', { before: 'tomorrow' })).status).toBe(400);
  });

  it('move time on, one mover at a time', async () => {
    await Promise.all([
      tiny.control('POST', '/clock/advance', { seconds: 60 }),
      tiny.control('POST', '/clock/advance', { to: '2026-01-05T00:05:00Z' }),
    ]);
    expect((await tiny.control('GET', '/clock')).body).toMatchObject({ now: '2026-01-05T00:05:00.000Z' });
    expect(
      (await tiny.control('POST', '/clock/skip', { before: '2026-01-05T07:00:00.000Z' })).body,
    ).toMatchObject({ fired: null, now: '2026-01-05T00:05:00.000Z' });
    expect(
      (await tiny.control('POST', '/clock/skip', { before: '2026-01-06T00:00:00Z' })).body,
    ).toMatchObject({
      fired: '2026-01-05T07:00:00.000Z',
      now: '2026-01-05T07:00:00.000Z',
      nextTimer: '2026-01-06T07:00:00.000Z',
    });
  });
});
