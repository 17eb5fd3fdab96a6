import { checkNames } from '../base/option-names.js';
import { shown } from '../base/shown.js';
import type { Invariant } from '../check/invariant.js';
import { USUAL_FAULTS, type FaultKind } from '../faults/catalogue.js';
import { faultSpec, type AimedFault, type FaultSpec } from '../faults/spec.js';
import { ScenarioError } from './errors.js';
import { PROFILES } from './profiles.js';
import type { ClientProfile, FaultPlan, Scenario, ScenarioOptions, Transport, WorkerBody } from './types.js';

/** Workers at most in one scenario. @internal */
export const MAX_WORKERS = 64;

/** Names that may be given: JavaScript would pass over a misspelt one in silence. */
const OPTIONS: Readonly<Record<keyof ScenarioOptions, true>> = {
  name: true,
  setup: true,
  app: true,
  workers: true,
  workerCount: true,
  background: true,
  invariants: true,
  interchangeable: true,
  sharedClient: true,
  client: true,
  createClient: true,
  transport: true,
  faults: true,
  maxSteps: true,
  workersMayFail: true,
  recoversWithinOperations: true,
  mustReach: true,
  mayNotRace: true,
};
/** The same for a fault plan. */
const PLAN_OPTIONS: Readonly<Record<keyof FaultPlan, true>> = { kinds: true, budget: true, required: true };

/** Says what a compiler would have said: not everybody has one. @throws ScenarioError @internal */
export function checkParts(options: ScenarioOptions): void {
  checkNames(options, OPTIONS, 'a scenario');
  const { name, workers, invariants } = options;
  const isFunction = (one: unknown): boolean => typeof one === 'function';
  if (typeof name !== 'string' || name === '') throw new ScenarioError('a scenario needs a "name"');
  if (!isFunction(workers) && !(Array.isArray(workers) && workers.every(isFunction)))
    throw new ScenarioError('"workers" is a function, or a list of functions');
  for (const option of ['setup', 'createClient'] as const)
    if (options[option] !== undefined && !isFunction(options[option]))
      throw new ScenarioError(`"${option}" is a function, not ${shown(options[option])}`);
  const isInvariant = (one?: Partial<Invariant> | null): boolean =>
    isFunction(one?.check) && typeof one?.id === 'string' && one.id !== '';
  if (!Array.isArray(invariants) || !invariants.every(isInvariant))
    throw new ScenarioError('"invariants" is a list of what invariant() and the ready-made ones return');
}

/** @throws ScenarioError for anything but true and false @internal */
export function checkedFlag(name: keyof ScenarioOptions | 'faults.required', given: boolean): boolean {
  if (typeof given === 'boolean') return given;
  throw new ScenarioError(`"${name}" is true or false, not ${JSON.stringify(given)}`);
}

const TRANSPORTS: readonly Transport[] = ['connector', 'hook', 'tcp'];

/** How clients reach the lab. @throws ScenarioError for an unknown word @internal */
export function checkedTransport(given: Transport): Transport {
  if (TRANSPORTS.includes(given)) return given;
  throw new ScenarioError(`unknown transport "${String(given)}": one of ${TRANSPORTS.join(', ')}`);
}

/** A client profile by name, or options of ioredis. @throws ScenarioError for an unknown name @internal */
export function checkedProfile(profile: ClientProfile): ClientProfile {
  if ((typeof profile === 'object' && profile !== null) || Object.hasOwn(PROFILES, profile)) return profile;
  const names = Object.keys(PROFILES).join(', ');
  throw new ScenarioError(`unknown client "${String(profile)}": one of ${names}, or options of ioredis`);
}

/** Names of states. @throws ScenarioError for anything else @internal */
export function checkedStates(given: readonly string[]): readonly string[] {
  const isName = (one: unknown): boolean => typeof one === 'string' && one !== '';
  if (Array.isArray(given) && given.every(isName)) return given;
  throw new ScenarioError(`"mustReach" is a list of names of sometimes(), not ${shown(given)}`);
}

/** @throws ScenarioError for less than one step @internal */
export function checkedMaxSteps(steps: number): number {
  if (Number.isInteger(steps) && steps >= 1) return steps;
  throw new ScenarioError(`maxSteps ${steps} makes no sense: give 1 or more`);
}

/** Operations within which a worker recovers. @throws ScenarioError for a negative number @internal */
export function checkedRecovery(operations: number): number {
  if (Number.isInteger(operations) && operations >= 0) return operations;
  throw new ScenarioError(`${operations} operations to recover within make no sense: give 0 or more`);
}

/** @throws ScenarioError for a number of workers that makes no race @internal */
export function checkedWorkerCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS) return count;
  if (typeof count !== 'number')
    throw new ScenarioError(
      `the number of workers is a number, not ${JSON.stringify(count)}: give 1 to ${MAX_WORKERS}`,
    );
  throw new ScenarioError(`${count} workers make no race: give 1 to ${MAX_WORKERS}`);
}

/** A list of bodies. @param workers - how many there are besides @throws ScenarioError for anything else @internal */
export function checkedBackground(
  given: ScenarioOptions['background'],
  workers: number,
): readonly WorkerBody[] {
  if (given === undefined) return [];
  const bodies = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  if (!bodies.every((one) => typeof one === 'function'))
    throw new ScenarioError(`"background" is a function, or a list of functions, not ${shown(given)}`);
  checkedWorkerCount(workers + bodies.length);
  return bodies as readonly WorkerBody[];
}

/** @throws ScenarioError for a negative number of faults @internal */
export function checkedFaultBudget(budget: number): number {
  if (Number.isInteger(budget) && budget >= 0) return budget;
  throw new ScenarioError(`a fault budget of ${budget} makes no sense`);
}

/**
 * A fault plan with its defaults filled in. @throws ScenarioError for a fault, an aim or a budget that makes no sense
 *
 * @internal
 */
export function checkedFaultPlan(plan: FaultPlan | undefined, workers: number): Scenario['faults'] {
  if (plan === undefined) return { specs: [], budget: 0 };
  if (typeof plan !== 'object' || plan === null)
    throw new ScenarioError(
      `"faults" is a plan such as { kinds: ['reset-after-apply'] }, not ${shown(plan)}`,
    );
  if (plan.kinds !== undefined && !Array.isArray(plan.kinds))
    throw new ScenarioError(`"kinds" of a fault plan is a list, not ${shown(plan.kinds)}`);
  checkNames(plan, PLAN_OPTIONS, 'a fault plan');
  const budget = checkedFaultBudget(plan.budget ?? 1);
  const specs = (plan.kinds ?? USUAL_FAULTS).map(checkedFault);
  const astray = specs.find(({ at }) => (at?.worker ?? 0) > workers);
  if (astray !== undefined) {
    throw new ScenarioError(
      `"${astray.kind}" is aimed at worker ${astray.at?.worker}, but the last one is ${workers}`,
    );
  }
  const required = checkedFlag('faults.required', plan.required ?? false);
  if (required && (budget === 0 || specs.length === 0))
    throw new ScenarioError(
      '"faults.required" asks for a fault, but none is planned: give kinds, and a budget',
    );
  return { specs, budget, ...(required ? { required } : {}) };
}

function checkedFault(given: FaultKind | AimedFault): FaultSpec {
  try {
    return faultSpec(given);
  } catch (error) {
    throw new ScenarioError((error as RangeError).message);
  }
}
