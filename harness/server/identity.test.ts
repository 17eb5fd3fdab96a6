import { describe, expect, test } from 'vitest';
import { identityOf, serverText } from './identity.js';
import type { RedisServer } from './types.js';

const server: RedisServer = {
  endpoint: { path: '/tmp/redis.sock' },
  version: '8.1.3',
  product: 'valkey',
  source: 'process',
  description: '/usr/bin/valkey-server (process)',
  clockMode: 'shim',
  clockFile: '/tmp/clock',
  pid: 1,
  stop: () => Promise.resolve(),
};

describe('the identity of a server', () => {
  test('should hold nothing of this machine', () => {
    expect(identityOf(server)).toEqual({
      version: '8.1.3',
      product: 'valkey',
      source: 'process',
      clock: 'shim',
    });
  });

  test('should have words, whatever a record says', () => {
    expect(serverText(identityOf(server))).toBe('Valkey 8.1.3 (process, clock shim)');
    expect(serverText({ version: '7.0.15', product: 'other', source: 'elsewhere', clock: 'real' })).toBe(
      'Redis 7.0.15 (elsewhere, clock real)',
    );
  });
});
