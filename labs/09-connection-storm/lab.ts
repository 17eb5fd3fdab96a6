import { lab, type Lab } from '../../harness/lab.js';
import { MEASUREMENTS } from './measurements.js';
import { storm } from './tasks.js';

export const connectionStorm: Lab = lab({
  id: '09-connection-storm',
  title: 'Connection storm',
  variants: [],
  measurements: MEASUREMENTS,
  exercise: storm,
});
