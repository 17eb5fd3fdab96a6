import type { StepObserver } from '../exhaustive/observer/step-observer.js';
import { UnknownError } from './local/local-states.js';
import { Play, type PlayObserver } from './play.js';
import type { Predictions } from './predictions.js';
import { PuppetStage } from './puppets/puppet-stage.js';
import type { RememberedCommands } from './remembered-commands.js';
import { StoreMirror } from './store/store-mirror.js';

/**
 * Puts workers on a stage as they begin, for an execution that nobody runs.
 *
 * @param observer - of what is composed
 * @param source - observes those that are run
 * @throws UnknownError where nobody knows how one begins
 * @internal
 */
export async function beginPlay(
  { environment, scenario, seed, states, outcomes, teacher }: Predictions,
  observer: PlayObserver,
  commands: RememberedCommands,
  source: StepObserver,
): Promise<Play> {
  observer.follow(source);
  const stage = new PuppetStage(scenario, environment, seed, new StoreMirror(teacher.initial));
  for (const { flow } of stage.puppets) {
    const node = states.first(flow.worker);
    if (node === undefined) throw new UnknownError(`how ${flow.name} begins`);
    stage.become(flow.worker, node);
  }
  stage.happened(states.beginning);
  await observer.begin(stage.asStage);
  return new Play(stage, observer, commands, outcomes);
}
