import { describe, expect, test } from 'vitest';
import type { SurveyedServer } from '../../server/survey/survey.js';
import { ServerError } from '../../server/errors.js';
import { useCommandLine } from '../testing/command-line.js';

const { cli } = useCommandLine();

const SERVERS: readonly SurveyedServer[] = [
  {
    path: '/usr/bin/redis-server',
    from: 'path',
    product: 'redis',
    version: '7.0.15',
    libc: 'glibc',
    ownLibc: false,
    clock: 'shim',
  },
  {
    path: '/cache/valkey-server',
    from: 'download',
    product: 'valkey',
    version: '8.1.1',
    libc: 'glibc',
    ownLibc: true,
    clock: 'shim',
  },
  {
    path: '/opt/redis-server',
    from: 'path',
    product: 'redis',
    version: '7.2.4',
    libc: 'static',
    ownLibc: false,
    clock: 'ttl-shift',
    reason: 'it does not follow',
  },
  { path: '/x/redis-server', from: 'path', libc: 'unknown', ownLibc: false, reason: 'it does not run' },
];

describe('doctor', () => {
  test('says what a run would use, and which servers there are with the clock that each gives', async () => {
    const { code, out } = await cli('doctor', {
      columns: 120,
      survey: { servers: SERVERS, notes: ['a note'] },
    });
    expect(code).toBe(0);
    expect(out.replace(/^race-lab .*\n/, '')).toBe(`docker      no container engine
servers     redis 7.0.15, glibc, clock shim: /usr/bin/redis-server
            valkey 8.1.1, glibc of its own, clock shim: /cache/valkey-server (downloaded)
            redis 7.2.4, static, clock ttl-shift: /opt/redis-server (it does not follow)
            not a server that runs here, unknown, clock none: /x/redis-server (it does not run)
platform    a note
redis       redis 7.0.15, process: fake
talks by    127.0.0.1:1
clock       shim: the server's wall clock is frozen and stepped by the lab

This machine can run the labs.
`);
  });

  test('says the same as JSON', async () => {
    const { code, out } = await cli('doctor --json', { survey: { servers: SERVERS } });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      engine: { answers: false, images: [] },
      servers: SERVERS,
      redis: { product: 'redis', version: '7.0.15', clockMode: 'shim' },
    });
  });

  test('says why there is no Redis, and that the machine cannot run the labs yet', async () => {
    const startServer = () => Promise.reject(new ServerError('no-redis', 'no redis here'));
    const { code, out } = await cli('doctor', { startServer, columns: 120 });
    expect(code).toBe(2);
    expect(out).toContain(
      'servers     no redis-server or valkey-server on the PATH, no package in /somewhere\n',
    );
    expect(out).toContain('redis       no redis here\n\nThis machine cannot run the labs yet.\n');
    const json = await cli('doctor --json', { startServer });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ problem: 'no redis here' });
  });

  test('fetches first what is needed without a network, of the server that is wanted', async () => {
    const { code, out, asked } = await cli('doctor --prefetch --server-version valkey-8');
    expect(code).toBe(0);
    expect(out).toContain('prefetched  valkey-8 is here\n');
    expect(asked.server).toMatchObject({ version: 'valkey-8' });
  });
});
