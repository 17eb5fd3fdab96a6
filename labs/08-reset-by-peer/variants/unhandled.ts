import type { Policy } from '../client.js';

/** Nothing is done about it. */
export const policy: Policy = (send) => send;
