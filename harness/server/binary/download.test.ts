import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startServer, type RedisServer } from '../index.js';
import { SERVER_ROOM, runScript } from '../testing/script.js';
import { hasApt } from './apt.js';
import { serversOnPath } from './find-binary.js';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

describe('a downloaded server', () => {
  // It costs a network and some megabytes, so it runs where there is no other server, or when it is wanted.
  const wanted = process.env['RACE_LAB_TEST_DOWNLOAD'] === '1' || serversOnPath().length === 0;

  test.skipIf(!wanted || !hasApt())(
    'should be downloaded by two processes at once, once each and without harm',
    { timeout: 300_000 },
    async () => {
      const script = `
      import { startServer } from ${JSON.stringify(SERVER_ROOM)};
      const server = await startServer({ redis: 'process', notify: (line) => console.error(line) });
      console.log(JSON.stringify(server));
      await server.stop();`;
      const env = { RACE_LAB_CACHE: cache, PATH: '/usr/bin:/bin', RACE_LAB_REDIS_BINARY: '' };
      const one = async (): Promise<RedisServer> => {
        const { stdout, stderr } = await runScript(script, env);
        expect(stderr).toContain('downloading');
        return JSON.parse(stdout) as RedisServer;
      };
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

  test('should be an error that says what to install when it cannot be had', async () => {
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
