import type { Policy } from '../client.js';
import { retrySix } from './retry-six.js';

/** Sends again only what HTTP calls idempotent: GET, PUT and DELETE, not POST. */
export function retryIdempotent(tried: (tries: number) => void): Policy {
  const retrying = retrySix(tried);
  return (send) => (transaction) => (transaction.method === 'POST' ? send : retrying(send))(transaction);
}
