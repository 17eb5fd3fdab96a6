import type { ClientMaker } from '../adapters/adapter.js';
import type { WorkerContext } from '../../scenario/types.js';

/** What the calls of an adapter work with in this worker. @internal */
export async function clientOf(maker: ClientMaker<unknown>, worker: WorkerContext): Promise<unknown> {
  return maker.client === undefined ? worker.redis : await maker.client(worker);
}

/** The name of the lock, of the cached value, of whoever is limited. @internal */
export const KEY = 'suite';
