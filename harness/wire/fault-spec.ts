import { FAULT_KINDS, FAULTS, type FaultKind } from './fault.js';

/** Where a fault may strike; what is left out is free. Without an aim it may strike wherever it applies. */
export interface FaultAim {
  /** 1-based worker. */
  readonly worker?: number;
  /** The how-manieth command of that worker, from 1. */
  readonly nth?: number;
  /** Command name, in any case. */
  readonly command?: string;
  /** One of the arguments of the command. */
  readonly key?: string;
}

/** The parameters of one kind. */
export type FaultParameters<K extends FaultKind = FaultKind> = {
  readonly [P in keyof (typeof FAULTS)[K]['parameters']]?: (typeof FAULTS)[K]['parameters'][P] extends number
    ? number
    : string;
};

/** A fault with parameters or an aim: `{ kind: 'refuse-reconnect', count: 5 }`. */
export type AimedFault<K extends FaultKind = FaultKind> = K extends FaultKind
  ? { readonly kind: K; readonly at?: FaultAim } & FaultParameters<K>
  : never;

/** A fault with every parameter filled in. */
export interface FaultSpec {
  readonly kind: FaultKind;
  readonly at: FaultAim | undefined;
  readonly parameters: Readonly<Record<string, number | string>>;
}

/**
 * Fills in the parameters of a fault.
 *
 * @throws RangeError for an unknown kind or parameter, or for a parameter of the wrong type
 */
export function faultSpec(given: FaultKind | AimedFault): FaultSpec {
  const { kind, at, ...parameters } = typeof given === 'string' ? ({ kind: given } as AimedFault) : given;
  if (!FAULT_KINDS.includes(kind)) {
    throw new RangeError(`unknown fault "${String(kind)}": one of ${FAULT_KINDS.join(', ')}`);
  }
  const defaults: Readonly<Record<string, number | string>> = FAULTS[kind].parameters;
  for (const [name, value] of Object.entries(parameters)) {
    const usual = defaults[name];
    if (usual === undefined) {
      const known = Object.keys(defaults).join(', ') || 'none';
      throw new RangeError(`"${kind}" has no parameter "${name}"; it has: ${known}`);
    }
    if (typeof value !== typeof usual) {
      throw new RangeError(`"${name}" of "${kind}" is a ${typeof usual}, not ${JSON.stringify(value)}`);
    }
  }
  return { kind, at, parameters: { ...defaults, ...parameters } };
}
