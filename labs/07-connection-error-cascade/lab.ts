import { lab, type Lab } from '../../harness/lab.js';
import { route } from './tasks.js';
import { handling } from './variants/handling/variants.js';
import { sharedConnection } from './variants/shared/variants.js';
import { unknownOutcome } from './variants/unknown/variants.js';
import { waiting } from './variants/waiting/variants.js';

export const connectionErrorCascade: Lab = lab({
  id: '07-connection-error-cascade',
  title: 'Connection-error cascade',
  // Each of them ends by itself; on a slow machine, with a container, the largest takes minutes.
  seconds: 900,
  exercise: route,
  variants: [...handling, ...waiting, ...sharedConnection, ...unknownOutcome],
});
