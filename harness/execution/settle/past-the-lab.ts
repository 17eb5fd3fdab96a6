import { anyPastTheLab } from '../../clock/other-redis.js';
import { PastTheLabError } from '../host/past-the-lab.js';
import type { Stage } from '../stage/stage.js';

/** @throws PastTheLabError when code of a flow had to do with another Redis @internal */
export function refusePastTheLab({ flows }: Stage): void {
  if (!anyPastTheLab()) return;
  for (const { name, pastTheLab } of flows) {
    if (pastTheLab !== undefined) throw PastTheLabError.seen(name, pastTheLab);
  }
}
