import { ScenarioError } from '../../base/scenario-error.js';
import type { AppClient } from './app-client.js';
import { IoredisClient, isIoredis } from './ioredis-client.js';
import { isNodeRedis, NodeRedisClient } from './node-redis-client.js';

/** One for each object, for as long as the process lives: it is taken over once. */
const known = new WeakMap<object, AppClient>();

/**
 * A client object of the application.
 *
 * @param place - what the scenario calls it, for messages
 * @throws ScenarioError for what is no client that the lab knows how to bring back to its beginning
 * @internal
 */
export function appClientOf(object: unknown, place: string): AppClient {
  if (typeof object !== 'object' || object === null) throw unknownKind(place);
  let client = known.get(object);
  if (client === undefined) {
    if (isIoredis(object)) client = new IoredisClient(object, place);
    else if (isNodeRedis(object)) client = new NodeRedisClient(object);
    else throw unknownKind(place);
    known.set(object, client);
  }
  return client;
}

function unknownKind(place: string): ScenarioError {
  return new ScenarioError(
    `${place} is no client of ioredis, iovalkey or node-redis: make one of another kind in app.start, with its url`,
  );
}
