import { limitWaits } from '../../traffic/blocking.js';
import { lasting } from './lasting.js';

/** Longer than anything takes: the end is the lab's, when the time that the fault takes has passed. */
const FOR_EVER_MS = 2 ** 31;

/**
 * Writes wait on the server while reads pass. Which is which only the server says: what it keeps waiting is found out
 * as with any command that blocks, and it runs them in their order when the pause is over.
 *
 * @internal
 */
export const writesPaused = lasting<'server-pause'>({
  recovery: 'the server takes writes again',
  // What is switched off answers nobody, not even those who want to know whether it waits.
  applies: ({ links }) => links.every(({ repliesOff }) => !repliesOff),
  durationMs: ({ parameters }) => parameters.durationMs,
  condition: ({ environment: { control } }) => ({
    access: 'full',
    begin: async () => void (await control.call('CLIENT', 'PAUSE', FOR_EVER_MS, 'WRITE')),
    end: async () => void (await control.call('CLIENT', 'UNPAUSE')),
  }),
  afterwards: async (stage) => limitWaits(stage),
});
