/**
 * Labs: scenarios in variants, each with the verdict that it is there to show:
 * `import { lab } from 'redis-race-lab/lab'`.
 *
 * @packageDocumentation
 */
export {
  asExpected,
  describeExpectation,
  lab,
  type Expectation,
  type Lab,
  type Variant,
} from './scenario/lab.js';
