import type { Grant } from '../job.js';

export { acquire, release } from './lua-release.js';

/** The lease began after we had asked for it, so until then it is ours for certain. */
export function valid({ askedAt, leaseMs }: Grant): boolean {
  return Date.now() < askedAt + leaseMs;
}
