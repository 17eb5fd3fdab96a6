import redis from 'redis';

/** A client of node_redis 2 for a worker, with commands as promises where the package that is tried takes callbacks only. */
export function oldClient({ address, made }) {
  const client = redis.createClient({ ...address });
  client.on('error', () => {});
  made?.(client);
  return client;
}
