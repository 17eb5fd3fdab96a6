import { connect, createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'vitest';
import { askEngineFor, engineFilters } from '../engine/ask-engine.js';
import type { Engine } from '../engine/engine.js';
import { findEngine } from '../engine/find-engine.js';

/** With this variable set to 1, a machine that is meant to have an engine cannot skip its tests in silence. */
export const CONTAINERS_REQUIRED = process.env['RACE_LAB_REQUIRE_CONTAINERS'] === '1';

/** The engine of this machine. Skips the test where there is none, or fails it where containers are required. */
export async function engineOrSkip(skip: TestContext['skip']): Promise<Engine> {
  return await findEngine().catch((error: Error) => {
    if (CONTAINERS_REQUIRED) throw error;
    return skip(error.message);
  });
}

/** What the engine says of a container, as far as tests want to know. */
export interface ListedContainer {
  readonly Id: string;
}

/** Containers that a process of the lab has started and that are still there. */
export async function containersOf(pid: number): Promise<ListedContainer[]> {
  const own = engineFilters({ name: [`race-lab-${pid}-`] });
  return await askEngineFor(await findEngine(), 'GET', `/containers/json?all=1&${own}`, 5_000);
}

/** An engine behind a port of this machine. */
export interface EngineBehindTcp {
  /** For `DOCKER_HOST`. */
  readonly address: string;
  close(): void;
}

/**
 * Puts an engine behind TCP: one that is not reached over a socket of this machine may be on another one, so that
 * nothing can be shared with it.
 */
export async function engineBehindTcp(socketPath: string): Promise<EngineBehindTcp> {
  const proxy = createServer((near) => {
    const far = connect({ path: socketPath });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return { address: `tcp://127.0.0.1:${port}`, close: () => proxy.close() };
}
