import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('the tracer', () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllEnvs());
  const load = () => import('#functions/runtime/observability.ts');

  it('is there where Lambda names the daemon that traces go to', async () => {
    vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', '169.254.79.129:2000');
    expect((await load()).tracer?.captureAWSv3Client).toBeTypeOf('function');
  });

  it('is not loaded where there is none', async () => {
    vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', undefined);
    expect((await load()).tracer).toBeUndefined();
  });
});
