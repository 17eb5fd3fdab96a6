import { setTimeout as pause } from 'node:timers/promises';
import type { Use } from '../../design.js';
import { isUnavailable } from '../../errors.js';

const MORE_TRIES = 3;
const PAUSE_MS = 500;

/** Does the work again when the connection breaks: three more times, half a second apart. */
export const retrying =
  (use: Use): Use =>
  async (work) => {
    for (let more = MORE_TRIES; ; more--) {
      try {
        return await use(work);
      } catch (error) {
        if (more === 0 || !isUnavailable(error)) throw error;
        await pause(PAUSE_MS);
      }
    }
  };
