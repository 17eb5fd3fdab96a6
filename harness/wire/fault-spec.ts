import { FAULT_KINDS, FAULTS, type FaultDescription, type FaultKind } from './fault.js';

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
  /**
   * At a command that the client sends by itself while it connects (HELLO, CLIENT, INFO, SELECT …) instead of at one
   * of its worker. Only then is such a command a step.
   */
  readonly handshake?: boolean;
  /**
   * The how-manieth reconnect of the client, or what is sent on the connection that it made; 0 is the first connect,
   * which is a step only where a fault is aimed at it.
   */
  readonly reconnect?: number;
}

/** The parameters of one kind. */
export type FaultParameters<K extends FaultKind = FaultKind> = {
  readonly [P in keyof (typeof FAULTS)[K]['parameters']]?: (typeof FAULTS)[K] extends {
    readonly choices: Readonly<Record<P, readonly (infer Choice)[]>>;
  }
    ? Choice
    : (typeof FAULTS)[K]['parameters'][P] extends number
      ? number
      : string;
};

/** A fault with parameters or an aim: `{ kind: 'refuse-connect', count: 5, at: { worker: 1 } }`. */
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
 * Fills in the parameters of a fault, and checks them and the aim.
 *
 * @throws RangeError that says what is wrong and what is possible
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

/** The fault that {@link faultSpec} makes this spec of: as short as it can be said. */
export function aimedFault({ kind, at, parameters }: FaultSpec): FaultKind | AimedFault {
  const usual: Readonly<Record<string, number | string>> = FAULTS[kind].parameters;
  const others = Object.entries(parameters).filter(([name, value]) => value !== usual[name]);
  if (at === undefined && others.length === 0) return kind;
  return { kind, ...(at === undefined ? {} : { at }), ...Object.fromEntries(others) } as AimedFault;
}

/** A parameter that is a number. */
export function numberOf({ parameters }: FaultSpec, name: string): number {
  return parameters[name] as number;
}

/** A parameter that is a text. */
export function textOf({ parameters }: FaultSpec, name: string): string {
  return parameters[name] as string;
}

/** May this fault strike at the first connect of a client of this worker? Then that connect is a step. */
export function mayHitFirstConnect({ kind, at }: FaultSpec, worker: number): boolean {
  return FAULTS[kind].target === 'connect' && at?.reconnect === 0 && fitsOrFree(at.worker, worker);
}

/**
 * May this fault strike at this command of a handshake? Then the command is a step.
 *
 * @param reconnect - 0 on the first connection of the client
 * @param name - in upper case
 */
export function mayHitHandshake({ at }: FaultSpec, worker: number, reconnect: number, name: string): boolean {
  return (
    at?.handshake === true &&
    fitsOrFree(at.worker, worker) &&
    fitsOrFree(at.reconnect, reconnect) &&
    fitsOrFree(at.command?.toUpperCase(), name)
  );
}

function fitsOrFree<T>(wanted: T | undefined, actual: T): boolean {
  return wanted === undefined || wanted === actual;
}

/** The parameters that differ from the usual ones, for people: `bytes 3, by reset`; empty when none does. */
export function unusualParameters({ kind, parameters }: FaultSpec): string {
  const defaults: Readonly<Record<string, number | string>> = FAULTS[kind].parameters;
  return Object.entries(parameters)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function checkParameter(kind: FaultKind, name: string, value: unknown): void {
  const { parameters, least, choices }: FaultDescription = FAULTS[kind];
  const usual = parameters[name];
  if (usual === undefined) {
    const known = Object.keys(parameters).join(', ') || 'none';
    throw new RangeError(`"${kind}" has no parameter "${name}"; it has: ${known}`);
  }
  const wrong = (wanted: string): RangeError =>
    new RangeError(`"${name}" of "${kind}" is ${wanted}, not ${JSON.stringify(value)}`);
  if (typeof usual === 'number') {
    if (!isWhole(value, least?.[name] ?? 1)) throw wrong(`a whole number of at least ${least?.[name] ?? 1}`);
    return;
  }
  const possible = choices?.[name];
  if (possible !== undefined) {
    if (!possible.includes(value as string))
      throw wrong(`one of ${possible.map((choice) => `"${choice}"`).join(', ')}`);
  } else if (typeof value !== 'string' || !/^[^\r\n]+$/.test(value)) throw wrong('a text of one line');
}

/** What an aim may say, and what each of it must be. */
const AIMS: Readonly<Record<keyof FaultAim, { wanted: string; fits: (value: unknown) => boolean }>> = {
  worker: { wanted: 'a worker, from 1', fits: (value) => isWhole(value, 1) },
  nth: { wanted: 'the number of a command, from 1', fits: (value) => isWhole(value, 1) },
  command: { wanted: 'the name of a command', fits: (value) => typeof value === 'string' && value !== '' },
  key: { wanted: 'an argument of a command', fits: (value) => typeof value === 'string' },
  handshake: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
  reconnect: { wanted: 'the number of a reconnect, from 0', fits: (value) => isWhole(value, 0) },
};

function checkAim(kind: FaultKind, at: FaultAim): void {
  for (const [name, value] of Object.entries(at)) {
    const aim = AIMS[name as keyof FaultAim] as (typeof AIMS)['worker'] | undefined;
    if (aim === undefined) {
      throw new RangeError(
        `"${kind}" cannot be aimed at "${name}"; it can at: ${Object.keys(AIMS).join(', ')}`,
      );
    }
    if (value !== undefined && !aim.fits(value))
      throw new RangeError(`"at.${name}" of "${kind}" is ${aim.wanted}, not ${JSON.stringify(value)}`);
  }
  const { target } = FAULTS[kind] as FaultDescription;
  if (at.handshake === true && target !== 'command')
    throw new RangeError(`"${kind}" strikes at a ${target}: it cannot be aimed at the handshake`);
  if (at.handshake === true && at.nth !== undefined)
    throw new RangeError(
      `"${kind}": commands of a handshake have no number; aim at "command" instead of "nth"`,
    );
  const named = at.command ?? at.key ?? at.nth;
  if (target === 'connect' && named !== undefined)
    throw new RangeError(
      `"${kind}" strikes at a connect, which has no command: aim at "worker" or "reconnect"`,
    );
}

function isWhole(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
