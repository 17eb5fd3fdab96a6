import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startOf } from '../binary/binary.js';
import { findBinary } from '../binary/find-binary.js';
import { startServer } from '../index.js';
import { resolveRequest } from '../request.js';
import { started } from '../testing/started.js';

const { start } = started({ redis: 'process' });
afterEach(() => vi.unstubAllEnvs());

describe('a server process', () => {
  test('should answer, say who it is, keep nothing and allow DEBUG', async () => {
    const { server, probe } = await start();
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(['redis', 'valkey']).toContain(server.product);
    expect(['process', 'download']).toContain(server.source);
    expect(server.description).toContain('server');
    expect(await probe.ask('SET', 'key', 'välue')).toBe('OK');
    expect(await probe.ask('GET', 'key')).toBe('välue');
    expect(await probe.ask('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    expect(await probe.ask('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
    expect(await probe.ask('CONFIG', 'GET', 'port')).toEqual(['port', '0']);
    expect(await probe.ask('DEBUG', 'SLEEP', '0')).toBe('OK');
  });

  test('should be gone with its directory after stop(), which may be called again', async () => {
    const { server } = await start();
    const folder = dirname((server.endpoint as { path: string }).path);
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(server.pid!, 0)).toThrow('ESRCH');
  });

  test('should stop although a fault has halted it', async () => {
    const { server } = await start();
    process.kill(server.pid!, 'SIGSTOP');
    await server.stop();
    expect(() => process.kill(server.pid!, 0)).toThrow('ESRCH');
  });

  test('should take little work to start once it was found', async () => {
    await start();
    // Processor time: how long it takes in all depends on what else the machine does.
    const before = process.cpuUsage();
    await start();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  });

  test('should take more arguments, which win', async () => {
    const { probe } = await start({ args: ['--maxclients', '7'] });
    expect(await probe.ask('CONFIG', 'GET', 'maxclients')).toEqual(['maxclients', '7']);
  });

  test('should say what the server complained about when it does not start', async () => {
    await expect(startServer({ redis: 'process', args: ['--no-such-setting', '1'] })).rejects.toMatchObject({
      name: 'ServerError',
      code: 'start-failed',
      message: expect.stringMatching(/ended with code 1 at start: .*no-such-setting/),
    });
  });

  test('should not start once more, without the controlled clock, when somebody kills it at its start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'race-lab-killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // It says that it is the server that this test is for, whichever that is.
    const { file, args } = startOf(await findBinary({ wanted: resolveRequest().wanted }));
    const starts = join(folder, 'starts');
    const script = `#!/bin/sh
case "$1" in --version|-v) exec ${[file, ...args].join(' ')} "$@";; esac
echo started >> ${starts}
kill -KILL $$
`;
    writeFileSync(join(folder, 'redis-server'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    await expect(startServer({ redis: 'process' })).rejects.toMatchObject({
      name: 'ServerError',
      code: 'killed',
      message: expect.stringContaining('redis-server was killed by SIGKILL at start'),
    });
    expect(readFileSync(starts, 'utf8')).toBe('started\n');
  });

  test.each(['/nonexistent', '/proc'])(
    'should not start without a folder of its own, at %s',
    async (place) => {
      vi.stubEnv('TMPDIR', place);
      const failure = await startServer({ redis: 'process' }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ServerError', code: 'no-folder' });
      expect((failure as Error).message).toMatch(
        /^a folder for the server cannot be made at \/(nonexistent|proc)\/race-lab-\w+: E\w+: .*\. Make room there, or set TMPDIR to another folder$/,
      );
    },
  );
});
