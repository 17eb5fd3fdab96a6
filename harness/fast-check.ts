/**
 * Executions as values of fast-check: `import { tapes, holdsOn, races } from 'redis-race-lab/fast-check'`.
 *
 * @packageDocumentation
 */
export { Tape, type Lineage } from './explore/tape/tape.js';
export { holdsOn, RaceError, StepLimitError } from './property/holds-on.js';
export { races, type Race } from './property/races.js';
export { tapes } from './property/tapes.js';
export { VacuousError } from './property/vacuity.js';
export type { Evidence, Finding } from './execution/judge/finding.js';
