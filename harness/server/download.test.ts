import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findOnPath } from './binary.js';
import { cacheFolder, cached } from './cache.js';
import { startServer, type RedisServer } from './index.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

describe('the cache folder', () => {
  it('is RACE_LAB_CACHE, else below XDG_CACHE_HOME, else below the home, else private and temporary', () => {
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

  it('gets each thing once and whole, and nothing of a failure', async () => {
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

describe('a downloaded server', () => {
  // It costs a network and some megabytes, so it runs where there is no other server, or when it is wanted.
  const wanted = process.env['RACE_LAB_TEST_DOWNLOAD'] === '1' || findOnPath() === undefined;
  const possible = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');

  it.skipIf(!wanted || !possible)(
    'is got by two processes at once, once each and without harm',
    { timeout: 300_000 },
    async () => {
      const script = `
      import { startServer } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const server = await startServer({ redis: 'process', notify: (line) => console.error(line) });
      console.log(JSON.stringify(server));
      await server.stop();`;
      const one = (): Promise<RedisServer> =>
        run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
          cwd: ROOT,
          env: { ...process.env, RACE_LAB_CACHE: cache, PATH: '/usr/bin:/bin', RACE_LAB_REDIS_BINARY: '' },
        }).then(({ stdout, stderr }) => {
          expect(stderr).toContain('downloading');
          return JSON.parse(stdout) as RedisServer;
        });
      const servers = await Promise.all([one(), one()]);
      for (const server of servers) {
        expect(server.source).toBe('download');
        expect(server.description).toContain(cache);
      }
      // A library that was there when the package was unpacked, and is not any more.
      const [packaged] = readdirSync(cache).filter((name) => name.startsWith('package-'));
      const libraries = join(cache, packaged!, 'root', 'usr', 'lib');
      if (existsSync(libraries)) {
        rmSync(libraries, { recursive: true });
        expect(await one()).toMatchObject({ source: 'download' });
      }
      // No scratch folders, no archives.
      expect(readdirSync(cache).filter((name) => !name.startsWith('clock-shim'))).toHaveLength(1);
    },
  );

  it('that cannot be had is an error that says what to install', async () => {
    vi.stubEnv('RACE_LAB_CACHE', cache);
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('RACE_LAB_REDIS_BINARY', '');
    const noSources = join(cache, 'apt.conf');
    writeFileSync(noSources, 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "/dev/null";\n');
    vi.stubEnv('APT_CONFIG', noSources);
    await expect(startServer({ redis: 'process' })).rejects.toMatchObject({
      name: 'ServerError',
      code: 'no-redis',
      message: expect.stringMatching(
        /no redis-server or valkey-server on the PATH.*apt install redis-server/,
      ),
    });
  });
});
