import { defined } from '../../base/defined.js';
import type { CommandTag } from '../../base/flow.js';
import type { Stage } from '../stage/stage.js';
import type { Worker } from '../stage/worker.js';
import { commandLine, lastAttempt, stepLabel } from '../steps/step.js';
import { SETTLES } from './built-in.js';
import type { Finding } from './finding.js';
import { describeTurn, firstCommand, turnSources } from './loop.js';

/** Nothing can happen any more, or nothing new, and these workers have not come to an end. @internal */
export function hangFinding(stage: Stage, stuck: readonly Worker[]): Finding {
  const where = stuck.flatMap(({ flow }) => turnSources(stage.turns.turnOf(flow.worker)));
  return {
    kind: 'hangs',
    id: SETTLES,
    expected: 'every worker comes to an end',
    observed: stuck.map((worker) => describeWait(stage, worker)).join('; '),
    waits: stuck.flatMap((worker) => waitsOf(stage, worker)),
    ...defined({ where: where.length === 0 ? undefined : where }),
  };
}

/** Who waits for what, whichever step it was. */
function waitsOf(stage: Stage, worker: Worker): string[] {
  const { flow } = worker;
  const { steps, turns } = stage;
  const turn = turns.turnOf(flow.worker);
  const round = turn === undefined ? [] : [`${flow.name} for news in ${turns.goingOf(flow.worker)!.name}`];
  const replies = awaitedBy(stage, worker).map(({ tag, sentAt, wait }) => {
    const command = sentAt < 0 ? tag.name.toUpperCase() : stepLabel(steps[sentAt]!);
    return `${flow.name} for ${command}${wait === undefined ? '' : ', blocked on the server'}`;
  });
  const responses = stage.http
    .awaitedBy(flow)
    .map((request) => `${flow.name} for the response to ${request}`);
  const waits = [...replies, ...responses, ...round];
  return waits.length === 0 ? [`${flow.name} for another worker or a promise`] : waits;
}

/** A command whose reply a worker waits for. */
interface Awaited {
  readonly tag: CommandTag;
  /** Index of the step that sent it the last time; -1 where none did. */
  readonly sentAt: number;
  /** Where it waits on the server. */
  readonly wait: Stage['waiting'][number] | undefined;
}

function awaitedBy(stage: Stage, worker: Worker): Awaited[] {
  return commandsOf(stage, worker).map((tag) => ({
    tag,
    sentAt: lastAttempt(stage.steps, worker.flow.worker, tag.nth),
    wait: stage.waiting.find(({ held }) => held.tag === tag),
  }));
}

/** The commands whose reply a worker waits for; in a loop there is always some reply to wait for. */
function commandsOf({ turns }: Stage, { flow }: Worker): CommandTag[] {
  const turn = turns.turnOf(flow.worker);
  return [...flow.outstanding].filter(({ nth }) => turn === undefined || nth < firstCommand(turn));
}

function describeWait(stage: Stage, worker: Worker): string {
  const { flow } = worker;
  const waitsFor = awaitedBy(stage, worker).map(({ tag, sentAt, wait }) => {
    if (wait !== undefined)
      return `the reply of ${commandLine(wait.held.args)} (step ${sentAt + 1}), blocked on the server`;
    return `the reply of ${tag.name.toUpperCase()}${sentAt < 0 ? ', never sent' : ` (step ${sentAt + 1})`}`;
  });
  waitsFor.push(...stage.http.awaitedBy(flow).map((request) => `the response to ${request}`));
  const turn = stage.turns.turnOf(flow.worker);
  const waits = waitsFor.length === 0 ? [] : [`waits for ${waitsFor.join(', ')}`];
  const round = turn === undefined ? [] : [describeTurn(turn)];
  if (waits.length + round.length > 0) return `w${flow.worker} ${[...waits, ...round].join(', and ')}`;
  const last = stage.steps.findLastIndex((step) => step.worker === flow.worker);
  const since = last < 0 ? 'from its start' : `since step ${last + 1}`;
  const open = stage.history.operations.findLast(
    ({ worker: own, end }) => own === flow.worker && end === Infinity,
  );
  const within = open === undefined ? '' : ` in "${open.name}"`;
  return `w${flow.worker} waits${within} for another worker or a promise that nobody settles, ${since}`;
}
