import { EPOCH_MS } from '../../../clock/virtual-time.js';
import type { Environment } from '../../../execution/host/environment.js';
import { oneAtATime } from '../../../execution/host/execution-lock.js';
import { guard } from '../../../execution/host/guard.js';
import type { Finding } from '../../../execution/judge/finding.js';
import { judge } from '../../../execution/judge/judge.js';
import { setUp } from '../../../execution/set-up.js';
import type { Stage } from '../../../execution/stage/stage.js';
import { begin } from '../../../scenario/running.js';
import type { Scenario } from '../../../scenario/types.js';
import { encodeCommand } from '../../../wire/upstream/control.js';
import { ServerGoneError } from '../../../wire/upstream/waiting.js';
import type { StepObserver } from '../../exhaustive/observer/step-observer.js';
import { isKey } from '../../events/resources.js';
import { isContent, isUnordered, latin1Deadline, payloadOf } from '../store/content.js';
import type { PuppetStage } from '../puppets/puppet-stage.js';
import { Answers, StoredAnswers } from './stored-answers.js';

/** What came of a judgement. `unknown`: only the execution itself can tell. @internal */
export type Judgement = 'right' | 'wrong' | 'unknown';

/**
 * Judges executions that nobody ran, as the lab judges those that it runs: the scenario's invariants look at the history that
 * was composed, and at a store that holds what was predicted. What the server answers to a look at one store is
 * kept, so that most judgements need no server; for the others the store is put there.
 *
 * @internal
 */
export class EndJudge {
  readonly #answers = new StoredAnswers();

  /** @param seed - of the random numbers of setup and invariants */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
  ) {}

  /** @throws ServerGoneError */
  judge(puppets: PuppetStage, observer: StepObserver): Promise<Judgement> {
    return oneAtATime(() => this.#judge(puppets, observer));
  }

  async #judge(puppets: PuppetStage, observer: StepObserver): Promise<Judgement> {
    const { wallMs } = puppets.time;
    const stage = puppets.forJudgement;
    const known = this.#answers.of(`${wallMs} ${puppets.store.text(wallMs)}`);
    const remembered = new Answers(known, this.#answers, false);
    const judgement = await this.#ask(stage, observer, remembered, wallMs);
    if (remembered.unfit || !remembered.missing) return judgement;
    const asked = new Answers(known, this.#answers, true);
    const ended = begin(stage);
    try {
      if (!(await this.#put(puppets))) return 'unknown';
    } finally {
      ended();
    }
    const judged = await this.#ask(stage, observer, asked, wallMs);
    this.environment.serverClock.reset();
    return judged;
  }

  async #ask(stage: Stage, observer: StepObserver, answers: Answers, wallMs: number): Promise<Judgement> {
    const { environment } = this;
    environment.time.reset(false);
    environment.time.advanceTo({ dueMs: wallMs });
    environment.answering = answers.answer;
    const ended = begin(stage);
    let finding: Finding | undefined;
    try {
      const looked = (): Promise<Finding | undefined> => judge(stage, { observer });
      finding = await guard(environment.limits.starvedMs, () => {}, looked);
    } catch (error) {
      if (error instanceof ServerGoneError) throw error;
      // Whatever it is, it will come again when the execution is run.
      return 'unknown';
    } finally {
      ended();
      environment.answering = undefined;
      environment.onInspected = undefined;
    }
    if (answers.unfit || answers.missing) return 'unknown';
    return finding === undefined ? 'right' : 'wrong';
  }

  /** Makes the store of the server hold what was predicted. @returns false where that cannot be done */
  async #put({ store, time: { wallMs } }: PuppetStage): Promise<boolean> {
    const { environment, scenario, seed } = this;
    const restored = environment.restore();
    if (restored !== undefined) await restored;
    environment.clean(false);
    try {
      await setUp(environment, scenario, seed, undefined);
    } catch (error) {
      if (error instanceof ServerGoneError) throw error;
      return false;
    }
    await environment.emptied();
    const { upstream } = environment.control;
    const held = [...store.contents.keys()].filter(isKey).map((resource) => ({
      name: Buffer.from(resource.slice(resource.indexOf(':') + 1), 'latin1'),
      content: store.at(resource, wallMs),
    }));
    const done = held.map(({ name, content }) => {
      const deadline = `${latin1Deadline(content) ?? 0}`;
      return upstream.request(
        encodeCommand(
          content === ''
            ? ['DEL', name]
            : ['RESTORE', name, deadline, payloadOf(content), 'REPLACE', 'ABSTTL'],
        ),
      );
    });
    const replies = await Promise.all(done);
    await environment.serverClock.advance(wallMs - EPOCH_MS);
    if (replies.some((reply) => reply[0] === ERROR)) return false;
    // Members may come in another order than where they were added one by one.
    const unordered = held.filter(({ content }) => isUnordered(content));
    if (unordered.length === 0) return true;
    const dumps = await upstream.requests(unordered.map(({ name }) => encodeCommand(['DUMP', name])));
    return unordered.every(({ content }, at) => isContent(dumps[at]!, content));
  }
}

const ERROR = '-'.charCodeAt(0);
