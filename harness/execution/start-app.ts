import { runInFlow } from '../base/flow.js';
import { LAB_ADDRESS, LAB_URL } from '../wire/entries/socket-hook.js';
import { enabledSteps } from './enabled.js';
import { perform } from './perform.js';
import { SetupError } from './set-up.js';
import { settle } from './settle/settle.js';
import type { Stage } from './stage/stage.js';
import { asError } from './stage/uncaught-error.js';
import { Move } from './steps/move.js';

/** What an application may do while it starts, before that is taken for an endless loop. */
const STEPS_MAX = 1000;

/**
 * Starts the application of a scenario, if it has one: its clients connect, then its own start runs. Everything that it sends
 * meanwhile is performed as it comes, and is no part of what is explored.
 *
 * @throws SetupError when its start throws, or does not end; ScenarioError for a client that cannot take part
 * @internal
 */
export async function startApp(stage: Stage): Promise<void> {
  const { app, environment } = stage;
  if (app === undefined) return;
  const emptied = environment.emptied();
  if (emptied !== undefined) await emptied;
  await app.rest();
  await app.connect((until) => runCalmly(stage, until));
  if (!(await runCalmly(stage, () => true)))
    throw new SetupError('the clients of the application do not come to rest');
  await runStart(stage);
  stage.forgetSteps();
}

async function runStart(stage: Stage): Promise<void> {
  const { flow, app } = stage.app!;
  const { start } = app;
  if (start === undefined) return;
  let outcome: { readonly value?: unknown; readonly error?: Error } | undefined;
  const reach = {
    connect: (options?: Parameters<Stage['connect']>[1]) => stage.connect(flow, options).redis!,
    clientOptions: stage.clientOptions(flow),
    url: LAB_URL,
    address: LAB_ADDRESS,
  };
  runInFlow(flow, () => {
    const started = (async () => start(reach))();
    started.then(
      (value) => (outcome = { value }),
      (error: unknown) => (outcome = { error: asError(error) }),
    );
  });
  const ended = await runCalmly(stage, () => outcome !== undefined);
  if (outcome?.error !== undefined) {
    await stage.environment.checkServer();
    const { message } = outcome.error;
    throw new SetupError(`app.start failed: ${message}`, { cause: outcome.error });
  }
  if (!ended)
    throw new SetupError('app.start did not come to an end: it waits for nothing that the lab knows');
  stage.app!.started(outcome?.value);
}

/**
 * Performs what comes, in order, as nothing else runs.
 *
 * @param done - is that for which it is done there? Then only what is left of it is performed
 * @returns false when nothing moves any more, or all too much, before it is done
 */
async function runCalmly(stage: Stage, done: () => boolean): Promise<boolean> {
  for (let count = 0; count < STEPS_MAX; count++) {
    await settle(stage);
    const move = enabledSteps(stage, 0, 0).moves[0] ?? (done() ? undefined : nextTimer(stage));
    if (move === undefined) return done();
    const performed = perform(stage, move, false);
    if (performed !== undefined) await performed;
  }
  return false;
}

function nextTimer({ environment }: Stage): Move | undefined {
  const [timer] = environment.time.next();
  return timer && new Move(timer.flow.worker, timer.order, { kind: 'timer', timer });
}
