import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder, cached } from './cache.js';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

describe('the cache folder', () => {
  test('should be RACE_LAB_CACHE, else below XDG_CACHE_HOME, else below the home, else private and temporary', () => {
    vi.stubEnv('RACE_LAB_CACHE', join(cache, 'a'));
    expect(cacheFolder()).toBe(join(cache, 'a'));
    vi.stubEnv('RACE_LAB_CACHE', undefined);
    vi.stubEnv('XDG_CACHE_HOME', join(cache, 'b'));
    expect(cacheFolder()).toBe(join(cache, 'b', 'redis-race-lab'));
    vi.stubEnv('XDG_CACHE_HOME', undefined);
    vi.stubEnv('HOME', join(cache, 'c'));
    expect(cacheFolder()).toBe(join(cache, 'c', '.cache', 'redis-race-lab'));
    vi.stubEnv('HOME', fileURLToPath(import.meta.url));
    vi.stubEnv('TMPDIR', cache);
    expect(cacheFolder()).toBe(join(cache, `redis-race-lab-${process.getuid?.() ?? 0}`));
  });

  test('should get each thing once and whole, and nothing of a failure', async () => {
    vi.stubEnv('RACE_LAB_CACHE', cache);
    const fill = vi.fn(async () => {});
    const [first, second] = await Promise.all([cached('thing', fill), cached('thing', fill)]);
    expect(first).toBe(second);
    await cached('thing', fill);
    expect(fill.mock.calls.length).toBeLessThanOrEqual(2);
    await expect(cached('other', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(cache)).toEqual(['thing']);
  });
});
