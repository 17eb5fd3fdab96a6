/**
 * Labs: scenarios in variants, each with the verdict that it is there to show:
 * `import { lab } from 'redis-race-lab/lab'`.
 *
 * @packageDocumentation
 */
export { exercise, type Exercise, type WrongFix } from './scenario/lesson/exercise.js';
export {
  asExpected,
  describeExpectation,
  lab,
  type Expectation,
  type Lab,
  type Variant,
} from './scenario/lab.js';
export {
  NotMeasurable,
  type MeasureContext,
  type Measured,
  type Measurement,
} from './scenario/lesson/measurement.js';
