import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pack, type Pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cached } from './cache.js';
import { cleanUp } from './clean.js';
import { askEngine } from './engine/ask-engine.js';
import type { Engine } from './engine/engine.js';
import { OWNER_LABEL } from './engine/names.js';
import { engineOrSkip } from './testing/containers.js';

const repository = `localhost/redis-race-lab/test-${randomBytes(4).toString('hex')}`;
/** No process has it: the largest number that Linux gives is far below. */
const DEAD_PID = 999_999_999;

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
  vi.stubEnv('RACE_LAB_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

describe('cleaning up', () => {
  test('should empty the cache, and say nothing of one that is empty', async () => {
    await cached('package', async (folder) =>
      writeFileSync(join(folder, 'redis-server'), Buffer.alloc(1_500_000)),
    );
    expect((await cleanUp(repository)).removed).toContain(`cache ${cache} (1.5 MB)`);
    expect(readdirSync(cache)).toEqual([]);
    expect((await cleanUp(repository)).removed).not.toContainEqual(expect.stringContaining('cache'));
    expect(existsSync(cache)).toBe(true);
  });

  test('should leave and name what the lab did not make, also where a link leads', async () => {
    await cached('package', async () => {});
    mkdirSync(join(cache, 'photos'));
    writeFileSync(join(cache, 'photos', 'manifest.json'), '{}');
    writeFileSync(join(cache, 'thesis.txt'), 'years of work');
    const elsewhere = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
    await cached('elsewhere', async () => {});
    renameSync(join(cache, 'elsewhere'), join(elsewhere, 'made'));
    symlinkSync(join(elsewhere, 'made'), join(cache, 'linked'));
    const half = join(cache, `.tmp-${process.pid}-0123456789ab`);
    mkdirSync(half);
    mkdirSync(join(cache, '.tmp-999999999-0123456789ab'));
    const { kept } = await cleanUp(repository);
    expect(kept).toEqual(['linked', 'photos', 'thesis.txt'].map((name) => join(cache, name)));
    expect(readdirSync(cache).sort()).toEqual([basename(half), 'linked', 'photos', 'thesis.txt'].sort());
    expect(readdirSync(join(elsewhere, 'made'))).toHaveLength(1);
    rmSync(elsewhere, { recursive: true });
  });

  test('should name an engine that was configured and is not there', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent/docker.sock');
    const { problems } = await cleanUp(repository);
    expect(problems).toEqual([expect.stringContaining('/nonexistent/docker.sock')]);
  });

  test('should remove its images and the containers whose owner is gone, and no others', async ({ skip }) => {
    const engine = await engineOrSkip(skip);
    skip(!('socketPath' in engine.options), 'the engine is not reached over a socket of this machine');
    await importImage(engine, `${repository}:one`);
    const [gone, here] = [`race-lab-${DEAD_PID}-test`, `race-lab-${process.pid}-test`];
    for (const name of [gone, here]) await createContainer(engine, name);
    const first = await cleanUp(repository);
    expect(first.removed).toContain(`container ${gone}`);
    expect(first.removed.join()).not.toContain(here);
    // The image of a container that stays cannot go.
    expect(first.problems).toEqual([expect.stringContaining(`${repository}:one`)]);
    await askEngine(engine, 'DELETE', `/containers/${here}?force=1`, 10_000);
    const second = await cleanUp(repository);
    expect(second.problems).toEqual([]);
    expect(second.removed).toContainEqual(expect.stringContaining(`image ${repository}:one`));
  });
});

/** An image with one empty file: nothing of it is ever run. */
async function importImage(engine: Engine, tag: string): Promise<void> {
  const tar = pack();
  tar.entry({ name: 'redis-server', mode: 0o755 }, '');
  tar.finalize();
  const [repo, version] = tag.split(':');
  await post(engine, `/images/create?fromSrc=-&repo=${repo}&tag=${version}`, 'application/x-tar', tar);
}

async function createContainer(engine: Engine, name: string): Promise<void> {
  const body = JSON.stringify({
    Image: `${repository}:one`,
    Cmd: ['redis-server'],
    Labels: { [OWNER_LABEL]: hostname() },
  });
  await post(engine, `/containers/create?name=${name}`, 'application/json', body);
}

function post(engine: Engine, path: string, type: string, body: string | Pack): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ ...engine.options, method: 'POST', path, headers: { 'content-type': type } });
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        (response.statusCode ?? 500) < 300 ? resolve() : reject(new Error(`${response.statusCode} ${text}`)),
      );
    });
    if (typeof body === 'string') call.end(body);
    else body.pipe(call);
  });
}
