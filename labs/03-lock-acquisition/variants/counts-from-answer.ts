import type { Grant } from '../job.js';

export { acquire, release } from './lua-release.js';

/** The lease began when we heard of it. Or did it? */
export function valid({ answeredAt, leaseMs }: Grant): boolean {
  return Date.now() < answeredAt + leaseMs;
}
