import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findEngine } from './find-engine.js';
import { parseEngineAddress } from './engine.js';
import { startServer } from '../index.js';

let folder: string;
const listeners: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
});
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function engineThatAnswers(status: number): Promise<string> {
  const path = join(folder, 'docker.sock');
  const listener = createServer((request, response) =>
    response.writeHead(request.url === '/_ping' ? status : 404).end('no'),
  );
  listeners.push(listener);
  await new Promise<void>((resolve) => listener.listen(path, resolve));
  return `unix://${path}`;
}

describe('the container engine', () => {
  test('should be where DOCKER_HOST says', async () => {
    const address = await engineThatAnswers(200);
    expect(await findEngine({ DOCKER_HOST: address })).toMatchObject({ address });
  });

  test('should be missing in words when it does not answer, or answers nonsense', async () => {
    await expect(findEngine({ DOCKER_HOST: 'unix:///nonexistent.sock' })).rejects.toMatchObject({
      code: 'no-docker',
      present: true,
      message: expect.stringContaining('unix:///nonexistent.sock: connect ENOENT'),
    });
    await expect(findEngine({ DOCKER_HOST: 'ssh://somewhere' })).rejects.toThrow('only unix://');
    await expect(findEngine({ DOCKER_HOST: await engineThatAnswers(500) })).rejects.toThrow(
      'it answers 500 no',
    );
  });

  test('should speak TCP where wanted, with or without TLS', () => {
    expect(parseEngineAddress('tcp://docker:2375', {})).toEqual({
      options: { host: 'docker', port: 2375 },
      address: 'tcp://docker:2375',
    });
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(parseEngineAddress('tcp://[::1]', tls)).toEqual({
      options: { host: '::1', port: 2376 },
      tls: '/certs',
      address: 'tcp://[::1]',
    });
  });

  test('should make `auto` a process, in words, when it does not answer', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent.sock');
    const lines: string[] = [];
    const server = await startServer({ redis: 'auto', notify: (line) => lines.push(line) });
    await server.stop();
    expect(['process', 'download']).toContain(server.source);
    expect(lines.join('\n')).toContain('using a process');
  });

  test('should be an error when it does not answer and a container was asked for', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent.sock');
    await expect(startServer({ redis: 'container' })).rejects.toMatchObject({
      name: 'ServerError',
      code: 'no-docker',
    });
  });
});
