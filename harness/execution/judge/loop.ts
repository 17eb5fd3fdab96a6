import { stepLabel, type PerformedStep } from '../steps/step.js';

/** Steps of one turn of a loop at most; a longer one is not recognised. */
const PERIOD_MAX = 16;
/** Turns from which on it is a loop. */
const TURNS_MIN = 2;
/** Characters of a step that are shown at most: a script may be long. */
const LABEL_MAX = 60;

/** What one worker did again and again, up to its last step. */
interface Loop {
  readonly worker: number;
  /** The steps of one turn. */
  readonly turn: readonly PerformedStep[];
  readonly turns: number;
  /** Steps in all: what is compared to find the worker that used up most. */
  readonly steps: number;
  /** Every turn had other arguments. */
  readonly varies: boolean;
}

/**
 * Says why an execution ran out of steps: names the loop that used them up, with every step of one turn, or says that
 * there is none, since a long way is something else than a circle and needs another remedy.
 *
 * @internal
 */
export function describeCap(steps: readonly PerformedStep[]): string {
  const loop = longestLoop(steps);
  const head = `${steps.length} steps without an end`;
  if (loop !== undefined) {
    const { worker, turn, turns, varies } = loop;
    const often = `${turns} times${varies ? ', with other arguments each time' : ''}`;
    return `${head}; w${worker} repeats ${turn.map((step) => brief(stepLabel(step))).join(', ')} (${often}). Bound the retries, or raise maxSteps`;
  }
  const last = steps.at(-1);
  const at = last === undefined ? '' : `; the last one was ${brief(stepLabel(last))} of w${last.worker}`;
  return `${head}, and no loop among them${at}. Raise maxSteps, or give the workers less to do`;
}

/** A loop that somebody is in when nothing else can happen. */
interface EndlessTurn {
  readonly steps: readonly PerformedStep[];
  readonly rounds: number;
}

/** `goes round in SET lock w2 NX, timer 100 ms (100 times), and nothing that it looks at changes any more`. @internal */
export function describeTurn({ steps, rounds }: EndlessTurn): string {
  const turn = steps.map((step) => brief(stepLabel(step))).join(', ');
  return `goes round in ${turn} (${rounds} times), and nothing that it looks at changes any more`;
}

/** Which command of its worker, in the order of these, is the first in a loop; Infinity where there is none. @internal */
export function firstCommand({ steps }: EndlessTurn): number {
  const places = steps.map(({ kind, id }) =>
    kind === 'command' ? Number(/^w\d+\.(\d+)/.exec(id)?.[1]) : Infinity,
  );
  return Math.min(Infinity, ...places);
}

/** Where the steps of a loop stand in the code, each place once; nothing in executions that are not traced. @internal */
export function turnSources(turn: EndlessTurn | undefined): string[] {
  const sources = turn?.steps.map(({ source }) => source) ?? [];
  return [...new Set(sources.filter((source) => source !== undefined))];
}

/** Where the loop stands in the code that used up the steps; nothing in executions that are not traced. @internal */
export function capSources(steps: readonly PerformedStep[]): string[] {
  const loop = longestLoop(steps);
  return turnSources(loop && { steps: loop.turn, rounds: loop.turns });
}

/** The same steps again come first: a loop that only does similar things is one where nobody repeats himself. */
function longestLoop(steps: readonly PerformedStep[]): Loop | undefined {
  const workers = [...new Set(steps.map(({ worker }) => worker))].sort((a, b) => a - b);
  const own = workers.map((worker) => steps.filter((step) => step.worker === worker));
  for (const [key, varies] of [[stepLabel, false] as const, [nameOnly, true] as const]) {
    const loops = own.flatMap((sequence) => tailLoop(sequence, key, varies) ?? []);
    const longest = loops.sort((a, b) => b.steps - a.steps)[0];
    if (longest !== undefined) return longest;
  }
  return undefined;
}

/** The shortest turn that the end of a sequence is made of. */
function tailLoop(
  sequence: readonly PerformedStep[],
  key: (step: PerformedStep) => string,
  varies: boolean,
): Loop | undefined {
  const keys = sequence.map(key);
  for (let period = 1; period <= PERIOD_MAX && period * TURNS_MIN <= keys.length; period++) {
    let start = keys.length - period;
    while (start > 0 && keys[start - 1] === keys[start - 1 + period]) start -= 1;
    const steps = keys.length - start;
    const turns = Math.floor(steps / period);
    if (turns < TURNS_MIN) continue;
    // From where it begins, so that the turn reads as it stands in the code.
    const turn = sequence.slice(start, start + period);
    return { worker: sequence[0]!.worker, turn, turns, steps, varies };
  }
  return undefined;
}

/** `SET` for a command, whatever its arguments. */
function nameOnly({ text, args }: PerformedStep): string {
  return text ?? args?.[0]?.toString('latin1').toUpperCase() ?? '';
}

function brief(label: string): string {
  return label.length <= LABEL_MAX ? label : `${label.slice(0, LABEL_MAX - 1)}…`;
}
