import { describe, expect, test } from 'vitest';
import { sharedServer } from './index.js';
import { started } from './testing/started.js';

const { keep } = started({ redis: 'process' });

describe('the shared server', () => {
  test('should be one per process, until it is stopped', async () => {
    const [first, second] = await Promise.all([
      sharedServer({ redis: 'process' }),
      sharedServer({ redis: 'process' }),
    ]);
    expect(second).toBe(first);
    await first.stop();
    const third = keep(await sharedServer({ redis: 'process' }));
    expect(third.pid).not.toBe(first.pid);
  });

  test('should be tried again when it could not be started', async () => {
    await expect(sharedServer({ redis: 'process', binary: '/nonexistent' })).rejects.toMatchObject({
      code: 'bad-request',
    });
    const server = keep(await sharedServer({ redis: 'process' }));
    expect(server.version).not.toBe('');
  });
});
