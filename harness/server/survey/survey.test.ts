import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBinary } from '../binary/find-binary.js';
import { libcOf } from '../binary/interpreter.js';
import { resolveRequest } from '../request.js';
import { prefetch } from './prefetch.js';
import { notesOf, survey } from './survey.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('what this machine has', () => {
  test('should be each server with its C library and the clock that it gives, started to see it', async () => {
    const { binary: named, wanted } = resolveRequest();
    const { path, product, version, loader } = await findBinary({ named, wanted });
    const broken = join(folder, 'valkey-server');
    writeFileSync(broken, '#!/bin/sh\nexit 3\n');
    chmodSync(broken, 0o755);
    vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent/docker.sock');
    if (loader === undefined) {
      symlinkSync(path, join(folder, 'redis-server'));
      // A compiler for the clock library is there too; the broken one comes first.
      vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    } else vi.stubEnv('PATH', folder);
    const { servers, engine, cache } = await survey();
    expect(servers.find((one) => one.path === broken)).toEqual({
      path: broken,
      from: 'path',
      libc: 'unknown',
      ownLibc: false,
      reason: expect.stringContaining('does not run'),
    });
    const found = servers.find(
      (one) => one.path === (loader === undefined ? join(folder, 'redis-server') : path),
    );
    expect(found).toMatchObject({ product, version, libc: libcOf(path), ownLibc: loader !== undefined });
    expect(['shim', 'ttl-shift', 'real']).toContain(found!.clock);
    expect(engine).toEqual({ answers: false, detail: expect.stringContaining('nonexistent'), images: [] });
    expect(cache).not.toBe('');
  });

  test('should say what is not tried', () => {
    expect(notesOf('linux', 'Linux version 6.1')).toEqual([]);
    expect(notesOf('linux', 'Linux version 5.15.0-microsoft-standard-WSL2')).toEqual([
      expect.stringContaining('WSL'),
    ]);
    for (const platform of ['darwin', 'win32', 'freebsd'] as const)
      expect(notesOf(platform, '')).toEqual([expect.stringContaining('not tried')]);
  });
});

describe('what is fetched before it is needed', () => {
  test('should be the clock library and a server, where no container is wanted', async () => {
    const lines = await prefetch({ redis: 'process' });
    expect(lines).toEqual([
      expect.stringContaining('clock library'),
      expect.stringMatching(/^server \/.*-server$/),
    ]);
  });

  test('should be an error where it cannot be had', async () => {
    await expect(prefetch({ redis: 'process', binary: '/nonexistent/redis' })).rejects.toMatchObject({
      code: 'bad-request',
    });
    vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent/docker.sock');
    await expect(prefetch({ redis: 'container' })).rejects.toMatchObject({ code: 'no-docker' });
  });
});
