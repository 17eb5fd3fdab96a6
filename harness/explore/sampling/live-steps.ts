import type { Move } from '../../execution/steps/move.js';
import { broughtBy } from '../footprints/calls.js';
import { NOTHING, write, type Footprint } from '../events/footprint.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import { usedBy } from '../footprints/shared-use.js';
import { FootprintTracker } from '../footprints/tracker.js';
import { CLOCK } from '../events/resources.js';
import type { Step } from '../samplers/step.js';

const OK = Buffer.from('+OK\r\n');

/**
 * The moves of one execution as steps. What a command touches is what the server said of commands of its shape; a
 * command that it was not asked about yet, a script, and an explicit step are taken to touch everything.
 *
 * @internal
 */
export class LiveSteps {
  readonly #tracker: FootprintTracker;

  /** @param deadlines - true when keys may have a deadline before the first step */
  constructor(
    readonly commands: CommandFootprints,
    deadlines: boolean,
  ) {
    this.#tracker = new FootprintTracker(commands, deadlines ? 'any' : []);
  }

  of(move: Move): Step {
    const { id, worker, kind } = move;
    return { id, worker, thread: threadOf(move), footprint: this.#footprint(move), pause: kind === 'timer' };
  }

  /**
   * Takes note that a move was performed.
   *
   * @param reply - of the server, where it is known; else success is taken for granted
   * @returns the footprint that it turned out to have
   */
  performed(move: Move, reply: Buffer = OK): Footprint {
    const call = broughtBy(move);
    return call === undefined ? this.#footprint(move) : this.#tracker.performed(call, reply, () => undefined);
  }

  #footprint(move: Move): Footprint {
    const call = broughtBy(move);
    if (call !== undefined) return this.#tracker.of(call);
    const { target } = move;
    // The arrival of a reply, say: only its worker notices.
    if (target.kind === 'event' && target.event.private === true && move.worker > 0) return NOTHING;
    if (target.kind === 'step' && target.step.use !== undefined) return usedBy(target.step.use);
    if (move.kind === 'timer' || move.kind === 'expiry') return TIME;
    return move.kind === 'connect' ? NOTHING : 'everything';
  }
}

const TIME: Footprint = [write(CLOCK)];

/** What the move goes on in: a connection, the timers of a worker, an event of its own. */
function threadOf({ target, worker, id }: Move): string {
  switch (target.kind) {
    case 'command': {
      const client = 'held' in target ? target.link.client : target.client;
      return client.shared ? `w${worker}` : client.name;
    }
    case 'connect':
      return target.link.client.name;
    case 'step':
      return `w${worker}`;
    case 'timer':
      return `${target.timer.flow.name}.timer`;
    default:
      return id;
  }
}
