import type { PartTasks } from '../exhaustive/parts.js';
import type { SampleTasks } from '../sampling/samples.js';
import type { Crew } from '../strategy/crew.js';
import type { PrefixTasks } from '../systematic/prefix.js';

/** All that a process of a crew can be asked to run, whatever the strategy: `Hand` runs it. @internal */
export type CrewTasks = PrefixTasks & SampleTasks & PartTasks;
/** One of these tasks, by name. @internal */
export type CrewTask = keyof CrewTasks;

/** A crew for any strategy. @internal */
export type AnyCrew = Crew<CrewTasks>;
