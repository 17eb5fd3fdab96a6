import { real } from '../../clock/globals.js';
import { anyPastTheLab } from '../../clock/other-redis.js';
import { anyRealWork } from '../../clock/real-work.js';
import type { Stage } from '../stage/stage.js';
import { collectAnswers } from '../traffic/blocking.js';
import { collectMessages } from '../traffic/subscriptions.js';
import { calm, moving } from './calm.js';
import { awaitOutside, owing } from './outside.js';
import { refusePastTheLab } from './past-the-lab.js';
import { putInFixedOrder } from './fixed-order.js';
import { awaitRealWork, worksPastTheLab } from './real-work.js';

/**
 * Runs JavaScript until nothing can move by itself. Handshakes are passed on here, since they are no steps.
 *
 * @throws UncontrolledWaitError naming the worker, when one waits for real I/O for longer than the limit; PastTheLabError when
 * one has to do with another Redis
 * @internal
 */
export function settle(stage: Stage): Promise<void> {
  return new Promise((resolve, reject) =>
    real.setImmediate(() => {
      const quiet = !anyRealWork() && !anyPastTheLab();
      if (quiet && !moving(stage) && stage.ports.size === 0 && !awaitsServer(stage)) {
        settled(stage);
        resolve();
      } else settleMore(stage).then(resolve, reject);
    }),
  );
}

function settled(stage: Stage): void {
  putInFixedOrder(stage);
  stage.nowQuiet();
}

async function settleMore(stage: Stage): Promise<void> {
  await calm(stage);
  do {
    refusePastTheLab(stage);
    if (stage.ports.size > 0) await awaitOutside(stage);
    if (anyRealWork()) await awaitRealWork(stage);
    await calm(stage);
  } while ((stage.ports.size > 0 && owing(stage) !== undefined) || worksPastTheLab(stage));
  refusePastTheLab(stage);
  settled(stage);
  // A server that stands still says nothing before it goes on.
  if (stage.environment.health.access === 'silent') return;
  if (stage.waiting.length > 0 || stage.kills.length > 0) await collectAnswers(stage);
  if (stage.listening.size > 0) await collectMessages(stage);
}

/** May the server have something to say that nobody has asked for just now? */
function awaitsServer({ waiting, kills, listening }: Stage): boolean {
  return waiting.length > 0 || kills.length > 0 || listening.size > 0;
}
