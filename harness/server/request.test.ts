import { describe, expect, test } from 'vitest';
import { DEFAULT_IMAGE, resolveRequest } from './request.js';

describe('what is asked for', () => {
  test('should be auto by default, and empty variables should not count', () => {
    const env = { RACE_LAB_REDIS: '', RACE_LAB_IMAGE: '', RACE_LAB_CLOCK: '', RACE_LAB_REDIS_BINARY: '' };
    expect(resolveRequest({}, env)).toMatchObject({
      redis: 'auto',
      image: DEFAULT_IMAGE,
      clock: 'auto',
      binary: undefined,
      args: [],
      allowHosts: [],
    });
  });

  test('should come from the environment, and an option should win', () => {
    const env = {
      RACE_LAB_REDIS: 'process',
      RACE_LAB_IMAGE: 'valkey/valkey:9',
      RACE_LAB_CLOCK: 'real',
      RACE_LAB_REDIS_BINARY: '/r',
    };
    expect(resolveRequest({}, env)).toMatchObject({
      redis: 'process',
      image: 'valkey/valkey:9',
      clock: 'real',
      binary: '/r',
    });
    expect(
      resolveRequest({ redis: 'redis://localhost:1', clock: 'shim', image: 'i', binary: '/b' }, env),
    ).toMatchObject({
      redis: 'redis://localhost:1',
      image: 'i',
      clock: 'shim',
      binary: '/b',
    });
  });

  test('should take the official image of the server that is wanted, unless an image is named', () => {
    const env = { RACE_LAB_SERVER_VERSION: 'valkey-8' };
    expect(resolveRequest({}, env)).toMatchObject({
      image: 'valkey/valkey:8-alpine',
      wanted: { product: 'valkey', version: '8' },
    });
    expect(resolveRequest({ version: '7.0' }, env)).toMatchObject({
      image: 'redis:7.0-alpine',
      wanted: { product: 'redis', version: '7.0' },
    });
    expect(resolveRequest({ image: 'mine' }, env)).toMatchObject({ image: 'mine' });
    expect(() => resolveRequest({ version: 'redis-new' }, {})).toThrow(
      /^unknown server "redis-new".*as in redis-8, redis-7.0, valkey-8$/,
    );
  });

  test('should be refused when it is none of the words', () => {
    expect(() => resolveRequest({}, { RACE_LAB_REDIS: 'docker' })).toThrow(
      'use auto, container, process or redis://host:port',
    );
    expect(() => resolveRequest({}, { RACE_LAB_REDIS: 'rediss://h' })).toThrow('without TLS');
    expect(() => resolveRequest({}, { RACE_LAB_CLOCK: 'fake' })).toThrow('unknown clock "fake"');
  });
});
