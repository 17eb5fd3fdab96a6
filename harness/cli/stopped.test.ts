/** What happens to the real command when something is taken away from it, or somebody stops it. */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Results } from '../report/results/results.js';
import { askEngine } from '../server/engine/ask-engine.js';
import { findEngine } from '../server/engine/find-engine.js';
import { containersOf, engineOrSkip } from '../server/testing/containers.js';
import { childrenOf, isAlive } from '../server/testing/processes.js';
import { spawned, withoutProgress } from './testing/spawned.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-stopped-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MANY = ['01-lost-update', '03-lock-acquisition'];

function killServer(child: ChildProcess): number {
  const [pid] = childrenOf(child.pid!, 'redis-server');
  process.kill(pid!, 'SIGKILL');
  return pid!;
}

describe('Redis killed by hand', () => {
  test('run: says so once and ends with 2, with whole reports', async () => {
    const reports = join(folder, 'lost');
    let killed: number | undefined;
    const { code, out } = await spawned(['run', ...MANY, '--redis', 'process', '--out', reports], {
      onOutput: (child) => void (killed = killServer(child)),
    });
    expect(code).toBe(2);
    const said = out.replaceAll(/\s+/g, ' ');
    expect(said.match(/lost Redis: [^;]*; the server process was killed by SIGKILL/g)).toHaveLength(1);
    expect(said).toMatch(/\? \d+ more variants not run: there is no Redis any more/);
    expect(isAlive(killed!)).toBe(false);
    const { results } = JSON.parse(await readFile(join(reports, 'results.json'), 'utf8')) as Results;
    const outcomes = new Set(results.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['as expected', 'unknown']));
    for (const { record } of results)
      if (record !== null) JSON.parse(await readFile(join(reports, record), 'utf8'));
  });

  test('map: one line, exit code 2, and no file', async () => {
    const file = join(folder, 'map.json');
    let killed: number | undefined;
    const ran = await spawned(
      ['map', '03-lock-acquisition', '--redis', 'process', '--fault', 'reset-after-apply', '--out', file],
      { onOutput: (child) => void (killed = killServer(child)) },
    );
    expect(ran.code).toBe(2);
    expect(withoutProgress(ran)).toMatch(
      /^race-lab: lost Redis: .*; the server process was killed by SIGKILL\n$/,
    );
    expect(isAlive(killed!)).toBe(false);
    expect(await readdir(folder)).not.toContain('map.json');
  });
});

describe('Ctrl-C', () => {
  test('in the middle of a map: exit code 2, and nothing is written', async () => {
    const file = join(folder, 'map.json');
    let servers: number[] = [];
    const { code, err } = await spawned(['map', '03-lock-acquisition', '--redis', 'process', '--out', file], {
      onOutput: (child) => {
        servers = childrenOf(child.pid!, 'redis-server');
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(2);
    expect(err).toMatch(/race-lab: stopped: \d+ of \d+ maps done, nothing written\n$/);
    const [pid] = servers;
    await expect.poll(() => isAlive(pid!)).toBe(false);
    expect(await readdir(folder)).not.toContain('map.json');
  });
});

describe('a container', () => {
  beforeEach(async ({ skip }) => void (await engineOrSkip(skip)));

  test('that somebody removes in the middle of a run: exit code 2, and it says so', async () => {
    let started: ChildProcess | undefined;
    const { code, out } = await spawned(
      ['run', ...MANY, '--redis', 'container', '--out', join(folder, 'gone')],
      {
        onOutput: async (child) => {
          started = child;
          const [container] = await containersOf(child.pid!);
          await askEngine(await findEngine(), 'DELETE', `/containers/${container!.Id}?force=1`, 10_000);
        },
      },
    );
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /lost Redis: [^;]*; its container (was removed|ended with code 137)/,
    );
    expect(await containersOf(started!.pid!)).toEqual([]);
  });

  test('is gone when Ctrl-C comes while it is being started', async () => {
    let started: ChildProcess | undefined;
    const { code, err } = await spawned(
      ['run', ...MANY, '--redis', 'container', '--out', join(folder, 'early')],
      {
        onStart: async (child) => {
          started = child;
          while (child.exitCode === null && (await containersOf(child.pid!)).length === 0);
          child.kill('SIGINT');
        },
      },
    );
    expect(code).toBe(2);
    expect(err).toMatch(/race-lab: stopped(: 0 of \d+ variants done.*| while Redis was starting)\n$/);
    await expect.poll(() => containersOf(started!.pid!)).toEqual([]);
    expect(await readdir(folder)).not.toContain('early');
  });
});

/** Where this account may mount something that nobody else sees. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(mayMount())('a disk of 8 KiB', () => {
  const small = (script: string): string =>
    `exec unshare -rm sh -c 'mount -t tmpfs -o size=8k none "$0" && { ${script} }' '${folder}' "$@"`;

  test('for the reports: they are shown, nothing is left of them, and it is said why', async () => {
    const reports = join(folder, 'latest');
    const ran = await spawned(['run', '01-lost-update/get-set', '--redis', 'process', '--out', reports], {
      within: small('"$@"; code=$?; ls -A "$0"; exit $code;'),
    });
    expect(ran.code).toBe(2);
    expect(ran.out).toMatch(/\n1 variant: 1 as expected; [^\n]*\n$/);
    expect(withoutProgress(ran)).toBe(
      `race-lab: cannot write reports to ${reports}: no space left on the disk; what was there is as it was\n`,
    );
  });

  test('for temporary files: it is said what to do', async () => {
    const { code, out, err } = await spawned(
      [
        'run',
        '01-lost-update/get-set',
        '--redis',
        'process',
        '--out',
        join(tmpdir(), 'race-lab-never-written'),
      ],
      {
        within: small(
          'head -c 20000 /dev/zero > "$0/full" 2>&-; export TMPDIR="$0"; "$@"; code=$?; ls -A "$0" | grep race-lab; exit $code;',
        ),
      },
    );
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^race-lab: a folder for the server cannot be made at .*: ENOSPC: .*\. Make room there, or set TMPDIR to another folder\n$/,
    );
  });
});
