import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseWanted } from './wanted.js';
import { findBinary } from './find-binary.js';

describe('the binary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
  const script = (name: string, text: string): string => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test('should be taken by name, and refused when it is not a server', async () => {
    await expect(findBinary({ named: '/nonexistent/redis' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(findBinary({ named: script('liar', 'echo hello') })).rejects.toThrow('not a Redis server');
    await expect(findBinary({ named: script('broken', 'echo >&2 cannot load; exit 127') })).rejects.toThrow(
      'does not run',
    );
    await expect(
      findBinary({ named: script('fake', 'echo Valkey server v=8.1.3 sha=0') }),
    ).resolves.toMatchObject({
      product: 'valkey',
      version: '8.1.3',
      source: 'process',
    });
  });

  test('should be the first one on the PATH that is the wanted server', async () => {
    const [redis, valkey] = [join(folder, 'redis-server'), join(folder, 'valkey-server')];
    script('redis-server', 'echo Redis server v=7.0.15 sha=0');
    script('valkey-server', 'echo Valkey server v=8.1.3 sha=0');
    vi.stubEnv('PATH', folder);
    const found = async (text: string) => (await findBinary({ wanted: parseWanted(text) })).path;
    expect(await found('7')).toBe(redis);
    expect(await found('redis-7.0')).toBe(redis);
    expect(await found('valkey-8')).toBe(valkey);
    expect((await findBinary()).path).toBe(redis);
  });

  test('should be refused by name when it is not the wanted server', async () => {
    const named = script('seven', 'echo Redis server v=7.0.15 sha=0');
    await expect(findBinary({ named, wanted: parseWanted('valkey-8') })).rejects.toMatchObject({
      code: 'bad-request',
      message: `${named} is Redis 7.0.15, and Valkey 8 was asked for (RACE_LAB_SERVER_VERSION or --server-version)`,
    });
  });
});
