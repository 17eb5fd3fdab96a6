import type { Lab } from '../harness/lab.js';
import { lostUpdate } from './01-lost-update/lab.js';
import { cacheAside } from './02-cache-aside/lab.js';
import { lockAcquisition } from './03-lock-acquisition/lab.js';
import { lockLifetime } from './04-lock-lifetime/lab.js';
import { connectionErrorCascade } from './07-connection-error-cascade/lab.js';
import { resetByPeer } from './08-reset-by-peer/lab.js';
import { connectionStorm } from './09-connection-storm/lab.js';

/** Every lab, in the order of the lessons. */
export const labs: readonly Lab[] = [
  lostUpdate,
  cacheAside,
  lockAcquisition,
  lockLifetime,
  connectionErrorCascade,
  resetByPeer,
  connectionStorm,
];
