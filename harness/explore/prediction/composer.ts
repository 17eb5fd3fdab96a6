import type { Choice } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { Point } from '../events/event.js';
import type { Part } from '../dpor/part.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import { LiveObserver } from '../exhaustive/observer/observer.js';
import { TracedSearch } from '../exhaustive/traced-search.js';
import { beginPlay } from './begin-play.js';
import { UnknownError } from './local/local-states.js';
import type { Play, Seen } from './play.js';
import type { Predictions } from './predictions.js';
import type { PuppetStage } from './puppets/puppet-stage.js';
import { RememberedCommands } from './remembered-commands.js';

/** An execution that was composed, as far as a search sees it, and what it leaves behind. @internal */
export interface Composed extends Pick<
  TakenExecution,
  'points' | 'resumed' | 'ending' | 'left' | 'offered' | 'heldBack'
> {
  /** As it stands at the end. */
  readonly stage: PuppetStage;
  /** What could have happened next, wherever that was more than one thing. */
  readonly moves: readonly (readonly Move[])[];
  /** What it rests on that was seen in one execution only. */
  readonly unsure: readonly Seen[];
  /** What was chosen at each of its steps. */
  readonly choices: readonly Choice[];
}

/**
 * Composes executions of what is known: workers are puppets that do what real ones did when they were told the same, commands
 * come to what they came to before. What could happen next, and what a step touches, the lab's own rules say, as they
 * do of executions that are run.
 *
 * @internal
 */
export class Composer {
  /** Observes what is composed. */
  readonly observer: LiveObserver;
  readonly #commands: RememberedCommands;
  /** The execution that was composed last, to go back to where the next one leaves it. */
  #play: Play | undefined;
  #points: readonly Point[] = [];

  /** @param source - observes those that are run */
  constructor(
    readonly predictions: Predictions,
    readonly source: LiveObserver,
  ) {
    const { limits, commands } = source;
    this.#commands = new RememberedCommands(commands);
    this.observer = new LiveObserver(new TracedSearch(limits), limits, this.#commands);
  }

  /** The next execution of a part. @throws UnknownError where something on its way was never seen */
  async compose(part: Part): Promise<Composed> {
    const { observer, source } = this;
    // With what is known now, the same steps may touch more.
    if (source.aspects.size !== observer.known) this.#play = undefined;
    const play = (this.#play ??= await this.#begin());
    const search = new TracedSearch(source.limits, false);
    search.enter(part);
    search.start();
    observer.search = search;
    const resumed = this.#inCommon(part, play.depth);
    search.resume(this.#points.slice(0, resumed));
    this.#points = search.reached;
    try {
      const ended = await play.run(resumed);
      if (this.knowsMore) throw new UnknownError('something new matters');
      const ending = ended ? 'maximal' : 'redundant';
      search.finish(ending, ended ? [] : observer.left);
      const { stage, moves, offered, unsure, choices } = play;
      return {
        ...search.taken(),
        resumed,
        heldBack: observer.now.heldBack,
        offered,
        stage,
        moves,
        unsure,
        choices,
      };
    } finally {
      // What it knows more than others, nobody is to build on.
      if (this.knowsMore) this.#play = undefined;
    }
  }

  /** Begins from the first step, knowing what is known by now. */
  #begin(): Promise<Play> {
    this.#points = [];
    return beginPlay(this.predictions, this.observer, this.#commands, this.source);
  }

  /** How many steps it has in common with the execution that was composed last, before the last step of its path. */
  #inCommon({ path }: Part, depth: number): number {
    const known = this.#points;
    const max = Math.min(path.length - 1, known.length, depth - 1);
    let at = 0;
    while (at < max && known[at]!.event.key === path[at]!.chosen.key) at += 1;
    return at;
  }

  /** What was composed shows that more matters than was known: whoever runs it begins anew. */
  get knowsMore(): boolean {
    const { aspects, known } = this.observer;
    return aspects.size > known;
  }
}
