import { describe, expect, it } from 'vitest';
import { DEFAULT_IMAGE, resolveRequest } from './request.js';

describe('what is asked for', () => {
  it('is auto by default, and empty variables do not count', () => {
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

  it('comes from the environment, and an option wins', () => {
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

  it('is refused when it is none of the words', () => {
    expect(() => resolveRequest({}, { RACE_LAB_REDIS: 'docker' })).toThrow(
      'use auto, container, process or redis://host:port',
    );
    expect(() => resolveRequest({}, { RACE_LAB_REDIS: 'rediss://h' })).toThrow('without TLS');
    expect(() => resolveRequest({}, { RACE_LAB_CLOCK: 'fake' })).toThrow('unknown clock "fake"');
  });
});
