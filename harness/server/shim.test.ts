import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { findBinary } from './binary.js';
import { verifyClock } from './clock-file.js';
import { Probe } from './probe.js';
import { startProcess } from './process.js';
import { findShim, type Shim } from './shim.js';

const run = promisify(execFile);
const cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** In a process of its own with an empty cache, because the answer is remembered. */
async function findElsewhere(path: string, module = new URL('./shim.ts', import.meta.url).href) {
  const script = `
    import { findShim } from ${JSON.stringify(module)};
    process.env.PATH = ${JSON.stringify(path)};
    console.log(JSON.stringify(await findShim()));`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, RACE_LAB_CACHE: cache },
  });
  return JSON.parse(stdout) as { library?: string; prebuilt?: string; reason?: string };
}

const NOWHERE = '/nonexistent';
const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

describe('the clock library', () => {
  it('is compiled once and then found again, also without a compiler', async ({ skip }) => {
    const here = await findShim();
    skip(here.library === undefined || here.prebuilt !== undefined, reasonOf(here));
    const { library } = await findElsewhere(process.env['PATH'] ?? '');
    expect(existsSync(library!)).toBe(true);
    expect(await findElsewhere(NOWHERE)).toEqual({ library });
    rmSync(cache, { recursive: true });
  });

  it.runIf(supported)('is the prebuilt one of the same source where there is no compiler', async () => {
    const found = await findElsewhere(NOWHERE);
    expect(found.prebuilt).toMatch(/no C compiler/);
    expect(found.library).toContain(`clock-shim-${process.arch}.so`);
  });

  it.runIf(supported)('is none where the prebuilt one is of another source', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
    writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
    try {
      for (const file of [
        'shim.ts',
        'cache.ts',
        'errors.ts',
        'process-stat.ts',
        'reaper.ts',
        'reaper.mjs',
        'clock-library',
      ])
        cpSync(new URL(file, import.meta.url), join(copy, file), { recursive: true });
      const source = join(copy, 'clock-library', 'clock-shim.c');
      writeFileSync(source, `${readFileSync(source, 'utf8')}\n/* changed */\n`);
      const { reason } = await findElsewhere(NOWHERE, join(copy, 'shim.ts'));
      expect(reason).toMatch(/no C compiler.*another source/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it.runIf(supported)('freezes the clock of a server, also the prebuilt one', async () => {
    const place = await startProcess({
      binary: await findBinary(undefined, () => {}),
      args: [],
      shim: fileURLToPath(new URL(`clock-library/clock-shim-${process.arch}.so`, import.meta.url)),
    });
    try {
      const probe = await Probe.connect(place.endpoint);
      expect(await verifyClock(probe, place.clockFile!)).toBeUndefined();
      probe.close();
    } finally {
      await place.stop();
    }
  });

  it('needs no other library, so that it serves any libc', async ({ skip }) => {
    const shim = await findShim();
    skip(shim.library === undefined, reasonOf(shim));
    const readelf = await run('readelf', ['-d', shim.library!]).catch(() => undefined);
    skip(!readelf, 'no readelf here');
    expect(readelf!.stdout).toContain('SYMTAB');
    expect(readelf!.stdout).not.toContain('NEEDED');
  });
});

function reasonOf(shim: Shim): string {
  return shim.library === undefined ? shim.reason : (shim.prebuilt ?? '');
}
