import type { Choices } from './choices.js';
import { enabledSteps } from './enabled.js';
import { inject } from './inject.js';
import { describeCap } from './judge/loop.js';
import { goOnAlone } from './rounds.js';
import { perform } from './perform.js';
import { settle } from './settle/settle.js';
import type { Observer } from './stage/observer.js';
import type { Stage } from './stage/stage.js';
import type { Chooser, Decision, FaultMove } from './steps/decision.js';
import { followTurns } from './settle/news.js';
import type { Move } from './steps/move.js';
import type { PerformedStep } from './steps/step.js';

/** Who decides, and who watches. @internal */
export interface StepsOptions {
  readonly chooser: Chooser;
  /** Decides in place of the chooser, and sees everything. */
  readonly observer?: Observer | undefined;
  /** Called after every step, with all of them so far; nothing moves until it resolves. */
  readonly onStep?: ((steps: readonly PerformedStep[]) => Promise<void>) | undefined;
  /** Called before every step; it is performed once this resolves. */
  readonly beforeStep?: BeforeStep | undefined;
}

/** Is told what comes next. @param number - of the step, from 1 @internal */
export type BeforeStep = (move: Move, number: number) => Promise<void>;

/**
 * The loop of an execution: collect what could happen next, choose, perform it, settle. It ends when nothing can happen
 * any more, at the step limit, or when the observer gives the execution up.
 *
 * @param choices - keeps what is chosen
 * @internal
 */
export async function runSteps(
  stage: Stage,
  choices: Choices,
  { chooser, observer, onStep, beforeStep }: StepsOptions,
): Promise<void> {
  const { scenario, steps, turns } = stage;
  let current = 0;
  while (!stage.over) {
    const asked = renewDeadlines(stage);
    if (asked !== undefined) await asked;
    const found = enabledSteps(stage, current, scenario.faults.budget - choices.faults);
    const atLimit = steps.length - turns.alone >= scenario.maxSteps;
    // Steps that only go round are no way to the limit: either somebody gives up, or nobody ever does.
    const decision = atLimit ? onlyRounds(found) : found;
    const stuck = decision.moves.length === 0;
    if (stuck && turns.aloneFrom !== undefined) {
      // What they did since then is the same again and again.
      steps.length = turns.aloneFrom;
      return;
    }
    if (stuck && (atLimit || !asksAtTheEnd(observer ?? chooser, decision))) return;
    // Work in the background is over when all workers have ended.
    if (atLimit && !stage.underWay) return;
    if (atLimit && !goesAlone(decision) && !isAnswerAlone(stage, decision)) {
      choices.capped = describeCap(steps);
      return;
    }
    for (const { spec } of decision.faults) choices.offered.add(spec);
    if (decision.moves.length > 1) stage.points.push(decision.moves);
    const chosen =
      observer === undefined
        ? choices.ask(chooser, decision, steps.length)
        : choices.follow(observer, decision, steps.length);
    const choice = typeof chosen === 'object' ? await chosen : chosen;
    if (choice === undefined) {
      choices.abandoned = true;
      return;
    }
    if (stuck && choice === 0) return;
    turns.goOn(goesAlone(decision) || isAnswerAlone(stage, decision), steps.length);
    current = runsAfter(decision, choice) ?? current;
    if (beforeStep !== undefined) await beforeStep(moveOf(decision, choice), steps.length + 1);
    const performed = carryOut(stage, choices, decision, choice);
    if (performed !== undefined) await performed;
    await settle(stage);
    const news = followTurns(stage);
    if (news !== undefined) await news;
    keepNotes(stage);
    const seen = observer?.performed(steps.at(-1)!);
    if (seen !== undefined) await seen;
    if (onStep !== undefined) await onStep(steps);
  }
}

/** At the step limit: where everybody goes round in a loop, one of them alone; otherwise all that there is. */
function onlyRounds(decision: Decision): Decision {
  const { moves } = decision;
  if (moves.length === 0 || goesAlone(decision)) return decision;
  if (moves.some(({ turn }) => turn === undefined || turn.rounds === 0)) return decision;
  return { moves: goOnAlone(moves), faults: [], free: 1 };
}

/** Is somebody to go round in a loop because nobody else can go on? */
function goesAlone({ moves }: Decision): boolean {
  return moves[0]?.alone === true;
}

/** Does somebody who goes round alone get the answer that the round has led to, with nothing else to happen? */
function isAnswerAlone({ turns }: Stage, { moves, faults }: Decision): boolean {
  const [move] = moves;
  if (turns.aloneFrom === undefined || move === undefined || moves.length > 1 || faults.length > 0)
    return false;
  return (
    move.target.kind === 'event' && move.target.event.ordinary && turns.goingOf(move.worker) !== undefined
  );
}

/**
 * Is anybody to be asked when nothing can move? A fault could still strike then. A search does not go on from here: without
 * another fault it has found a hang.
 */
function asksAtTheEnd(decider: Chooser | Observer, { faults }: Decision): boolean {
  if (faults.length === 0) return false;
  return 'choose' in decider ? decider.last !== undefined : decider.asksAtTheEnd === true;
}

/** The move that was chosen, or that is struck. */
function moveOf({ moves, faults }: Decision, choice: number): Move {
  return choice < 0 ? faults[-1 - choice]!.at : moves[choice]!;
}

/** The worker that a choice lets run; undefined where it is nobody. @internal */
export function runsAfter(decision: Decision, choice: number): number | undefined {
  const move = moveOf(decision, choice);
  // What is on its way arrives by itself: nobody runs for that.
  return move.worker > 0 && (choice < 0 || isOfWorker(move)) ? move.worker : undefined;
}

function isOfWorker({ target }: Move): boolean {
  return target.kind !== 'event' || target.event.ordinary;
}

/** Performs what was chosen. @returns undefined when it is done already */
function carryOut(
  stage: Stage,
  choices: Choices,
  { moves, faults, free }: Decision,
  choice: number,
): Promise<void> | undefined {
  if (choice < 0) {
    choices.faults += 1;
    return injectInto(stage, faults[-1 - choice]!);
  }
  const preemption = choice >= free;
  if (preemption) choices.preemptions += 1;
  return perform(stage, moves[choice]!, preemption);
}

async function injectInto(stage: Stage, fault: FaultMove): Promise<void> {
  const emptied = stage.environment.emptied();
  if (emptied !== undefined) await emptied;
  await inject(stage, fault);
}

/** What the clients noticed belongs to the step before it. */
function keepNotes(stage: Stage): void {
  if (stage.notes.length === 0) return;
  stage.steps.at(-1)!.notes.push(...stage.notes);
  stage.notes = [];
}

/** Keys expire on the way to something that waits for its time; a server that is not well is asked nothing. */
function renewDeadlines({ environment, pending, hearsExpiry }: Stage): Promise<void> | undefined {
  const { time, deadlines, health } = environment;
  const waits = hearsExpiry || time.size > 0 || pending.some(({ dueMs }) => dueMs !== undefined);
  return waits && health.fault === undefined ? deadlines.renew() : undefined;
}
