import type { Environment } from '../../execution/host/environment.js';
import type { Decision } from '../../execution/steps/decision.js';
import type { Footprint } from '../events/footprint.js';
import { CommandWatch } from '../exhaustive/observer/command-watch.js';
import { broughtBy } from '../footprints/calls.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import { takeFrom, type ObservedScript } from '../footprints/script-monitor.js';
import type { Call, FootprintTracker } from '../footprints/tracker.js';
import { UnknownError } from './local/local-states.js';

/** What commands touch in executions that nobody runs: what is known of them, without asking anybody. @internal */
export class RememberedCommands extends CommandWatch {
  /** @param watch - asks the server, in those that are run */
  constructor(readonly watch: CommandWatch) {
    super();
  }

  override begin(_environment: Environment): CommandFootprints {
    if (this.watch.known === undefined) throw new UnknownError('no execution has run');
    return this.watch.known;
  }

  override learn({ moves }: Decision): undefined {
    for (const move of moves) {
      const call = broughtBy(move);
      if (call !== undefined && !this.watch.known!.knows(call.args)) throw new UnknownError(move.label);
    }
    return undefined;
  }

  override performed(sent: Call, reply: Buffer, tracker: FootprintTracker): Promise<Footprint> {
    return Promise.resolve(tracker.performed(sent, reply, takeFrom(this.scripts)));
  }

  override struck(): void {
    // No server, no monitor.
  }

  /** The next command runs these scripts. */
  willRun(scripts: readonly ObservedScript[]): void {
    this.scripts = scripts;
  }
}
