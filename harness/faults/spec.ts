import { defined } from '../base/defined.js';
import { checkAim, type FaultAim } from './aim.js';
import { FAULT_KINDS, FAULTS, type FaultKind } from './catalogue.js';
import { checkParameter, unusualValues, type FaultParameters, type FaultValues } from './parameters.js';

/**
 * A fault with parameters or an aim: `{ kind: 'refuse-connect', count: 5, at: { worker: 1 } }`.
 *
 * @public
 */
export type AimedFault<K extends FaultKind = FaultKind> = K extends FaultKind
  ? { readonly kind: K; readonly at?: FaultAim } & FaultParameters<K>
  : never;

/**
 * A fault with every parameter filled in. Which parameters it has is known where its kind is.
 *
 * @public
 */
export interface FaultSpec<K extends FaultKind = FaultKind> {
  /** Which fault of the catalogue. */
  readonly kind: K;
  /** Where it may strike; undefined for anywhere that it applies. */
  readonly at: FaultAim | undefined;
  /** With every default filled in. */
  readonly parameters: FaultValues<K>;
}

/**
 * Fills in the parameters of a fault, and checks them and the aim.
 *
 * @throws RangeError that says what is wrong and what is possible
 * @internal
 */
export function faultSpec(given: FaultKind | AimedFault): FaultSpec {
  const { kind, at, ...parameters } = typeof given === 'string' ? ({ kind: given } as AimedFault) : given;
  if (!FAULT_KINDS.includes(kind)) {
    throw new RangeError(`unknown fault "${String(kind)}": one of ${FAULT_KINDS.join(', ')}`);
  }
  for (const [name, value] of Object.entries(parameters)) checkParameter(kind, name, value);
  if (at !== undefined) checkAim(kind, at);
  return { kind, at, parameters: { ...FAULTS[kind].parameters, ...parameters } };
}

/** Is it a fault of this kind? Then its parameters are known. @internal */
export function isOfKind<K extends FaultKind>(spec: FaultSpec, kind: K): spec is FaultSpec<K> {
  return spec.kind === kind;
}

/** The fault that {@link faultSpec} makes this spec of: as short as it can be said. @internal */
export function aimedFault({ kind, at, parameters }: FaultSpec): FaultKind | AimedFault {
  const others = unusualValues(kind, parameters);
  if (at === undefined && others.length === 0) return kind;
  return { kind, ...defined({ at }), ...Object.fromEntries(others) } as AimedFault;
}

/**
 * The parameters that differ from the usual ones, for people: `bytes 3, by reset`; empty when none does.
 *
 * @internal
 */
export function unusualParameters({ kind, parameters }: FaultSpec): string {
  return unusualValues(kind, parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** May this fault strike at the first connect of a client of this worker? Then that connect is a step. @internal */
export function mayHitFirstConnect({ kind, at }: FaultSpec, worker: number): boolean {
  return FAULTS[kind].target === 'connect' && at?.reconnect === 0 && fitsOrFree(at.worker, worker);
}

/**
 * May this fault strike at this command of a handshake? Then the command is a step.
 *
 * @param reconnect - 0 on the first connection of the client
 * @param name - in upper case
 * @internal
 */
export function mayHitHandshake({ at }: FaultSpec, worker: number, reconnect: number, name: string): boolean {
  return (
    at?.handshake === true &&
    fitsOrFree(at.worker, worker) &&
    fitsOrFree(at.reconnect, reconnect) &&
    fitsOrFree(at.command?.toUpperCase(), name)
  );
}

/** May this fault strike at some command of the first handshake of a client of this worker? @internal */
export function mayHitFirstHandshake({ at }: FaultSpec, worker: number): boolean {
  return at?.handshake === true && fitsOrFree(at.worker, worker) && fitsOrFree(at.reconnect, 0);
}

function fitsOrFree<T>(wanted: T | undefined, actual: T): boolean {
  return wanted === undefined || wanted === actual;
}
