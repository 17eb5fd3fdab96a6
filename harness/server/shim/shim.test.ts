import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { findBinary } from '../binary/find-binary.js';
import { libcOf } from '../binary/interpreter.js';
import { startServer } from '../index.js';
import { createClockFile, verifyClock } from './clock-file.js';
import { Probe } from '../probe/probe.js';
import { resolveRequest } from '../request.js';
import { startProcess } from '../process/process.js';
import { compiled, compiledUrl } from '../testing/compiled.js';
import { runScript } from '../testing/script.js';
import { findShim, type Shim } from './shim.js';

const run = promisify(execFile);
const cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** In a process of its own with an empty cache, because the answer is remembered. */
async function findElsewhere(path: string, module = compiledUrl('harness/server/shim/shim.ts')) {
  const script = `
    import { findShim } from ${JSON.stringify(module)};
    process.env.PATH = ${JSON.stringify(path)};
    console.log(JSON.stringify(await findShim()));`;
  const { stdout } = await runScript(script, { RACE_LAB_CACHE: cache });
  return JSON.parse(stdout) as { library?: string; prebuilt?: string; reason?: string };
}

const NOWHERE = '/nonexistent';
const prebuiltLibrary = new URL(`clock-library/clock-shim-${process.arch}.so`, import.meta.url);
const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

describe('the clock library', () => {
  test('should be compiled once and then found again, also without a compiler', async ({ skip }) => {
    const here = await findShim();
    skip(here.library === undefined || here.prebuilt !== undefined, reasonOf(here));
    const { library } = await findElsewhere(process.env['PATH'] ?? '');
    expect(existsSync(library!)).toBe(true);
    expect(await findElsewhere(NOWHERE)).toEqual({ library });
    rmSync(cache, { recursive: true });
  });

  test.runIf(supported)(
    'should be the prebuilt one of the same source where there is no compiler',
    async () => {
      const found = await findElsewhere(NOWHERE);
      expect(found.prebuilt).toMatch(/no C compiler/);
      expect(found.library).toContain(`clock-shim-${process.arch}.so`);
    },
  );

  test.runIf(supported)('should be none where the prebuilt one is of another source', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
    writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
    try {
      cpSync(compiled('harness/server'), join(copy, 'server'), { recursive: true });
      const shim = join(copy, 'server', 'shim');
      const source = join(shim, 'clock-library', 'clock-shim.c');
      writeFileSync(source, `${readFileSync(source, 'utf8')}\n/* changed */\n`);
      const { reason } = await findElsewhere(NOWHERE, join(shim, 'shim.js'));
      expect(reason).toMatch(/no C compiler.*another source/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test.runIf(supported)('should freeze the clock of a server, also the prebuilt one', async () => {
    const { binary: named, wanted } = resolveRequest();
    const place = await startProcess({
      binary: await findBinary({ named, wanted }),
      args: [],
      shim: fileURLToPath(prebuiltLibrary),
    });
    try {
      const probe = await Probe.connect(place.endpoint);
      expect(await verifyClock(probe, place.clockFile!)).toBeUndefined();
      probe.close();
    } finally {
      await place.stop();
    }
  });

  // The one that was compiled here, and the one that comes with the lab: neither is linked with a C library.
  test.runIf(supported)('should freeze a program that is linked with musl', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
    try {
      const source = join(folder, 'now.c');
      const program = join(folder, 'now');
      writeFileSync(source, ASK_THREE_WAYS);
      const built = await run('musl-gcc', ['-o', program, source]).catch(() => undefined);
      skip(built === undefined, 'no musl-gcc here');
      expect(libcOf(program)).toBe('musl');
      const clock = join(folder, 'clock');
      createClockFile(clock);
      const { library } = await findShim();
      for (const preload of [library!, fileURLToPath(prebuiltLibrary)]) {
        const env = { LD_PRELOAD: preload, RACE_LAB_CLOCK_FILE: clock };
        expect((await run(program, [], { env })).stdout).toBe('1767225600 1767225600.0 1767225600.0\n');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // One that somebody built: Debian has none.
  const muslServer = process.env['RACE_LAB_TEST_MUSL_SERVER'];
  test.runIf(muslServer !== undefined)('should freeze the clock of a server built for musl', async () => {
    const server = await startServer({ redis: 'process', binary: muslServer!, clock: 'shim' });
    expect(libcOf(muslServer!)).toBe('musl');
    expect(server.clockMode).toBe('shim');
    await server.stop();
  });

  test('should need no other library, so that it serves any libc', async ({ skip }) => {
    const shim = await findShim();
    skip(shim.library === undefined, reasonOf(shim));
    const readelf = await run('readelf', ['-d', shim.library!]).catch(() => undefined);
    skip(readelf === undefined, 'no readelf here');
    expect(readelf!.stdout).toContain('SYMTAB');
    expect(readelf!.stdout).not.toContain('NEEDED');
  });
});

/** Asks for the time in each way that a server does. */
const ASK_THREE_WAYS = `
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
int main(void) {
  struct timeval tv;
  struct timespec ts;
  gettimeofday(&tv, 0);
  clock_gettime(CLOCK_REALTIME, &ts);
  printf("%ld %ld.%ld %ld.%ld\\n", (long)time(0), (long)tv.tv_sec, (long)tv.tv_usec, (long)ts.tv_sec, (long)ts.tv_nsec);
  return 0;
}
`;

function reasonOf(shim: Shim): string {
  return shim.library === undefined ? shim.reason : (shim.prebuilt ?? '');
}
