import type { Flow } from '../../base/flow.js';
import { turn } from '../host/turn.js';
import { UncontrolledWaitError } from './uncontrolled-wait.js';

/** Callbacks of `setImmediate` in a row, without anything else happening, that are taken for an endless loop. */
const IMMEDIATES_MAX = 2000;

/**
 * Runs what a flow gave to `setImmediate`, each in a turn of the event loop of its own.
 *
 * @throws UncontrolledWaitError when there is no end of it
 * @internal
 */
export async function runImmediates(flow: Flow): Promise<void> {
  for (let count = 0; flow.immediates.length > 0; count++) {
    if (count > IMMEDIATES_MAX) {
      throw new UncontrolledWaitError(
        `${flow.name} calls setImmediate again and again (${IMMEDIATES_MAX} times) and waits for nothing else: ` +
          'no other worker gets a turn. Wait with step(), sleep() or a promise',
      );
    }
    const run = flow.immediates.shift()!;
    if (!flow.alive) continue;
    try {
      run();
    } catch (error) {
      flow.uncaught(error, 'exception');
    }
    await turn();
  }
}
