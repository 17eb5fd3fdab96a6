import { FAULTS, type FaultDescription, type FaultKind } from './catalogue.js';
import { isWhole } from './whole.js';

/**
 * The parameters of one kind, as they may be given.
 *
 * @public
 */
export type FaultParameters<K extends FaultKind = FaultKind> = {
  readonly [P in keyof (typeof FAULTS)[K]['parameters']]?: (typeof FAULTS)[K] extends {
    readonly choices: Readonly<Record<P, readonly (infer Choice)[]>>;
  }
    ? Choice
    : (typeof FAULTS)[K]['parameters'][P] extends number
      ? number
      : string;
};

/**
 * The parameters of one kind, every one with its value.
 *
 * @public
 */
export type FaultValues<K extends FaultKind = FaultKind> = Required<FaultParameters<K>>;

/** The kinds that have a parameter of this name. @internal */
export type KindWith<Name extends string> = {
  [K in FaultKind]: Name extends keyof (typeof FAULTS)[K]['parameters'] ? K : never;
}[FaultKind];

/**
 * Checks one parameter of a kind.
 *
 * @throws RangeError that says what is wrong and what is possible
 * @internal
 */
export function checkParameter(kind: FaultKind, name: string, value: unknown): void {
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

/** Names and values of the parameters that differ from the usual ones of this kind. @internal */
export function unusualValues(kind: FaultKind, parameters: object): [string, number | string][] {
  const usual: Readonly<Record<string, number | string>> = FAULTS[kind].parameters;
  return (Object.entries(parameters) as [string, number | string][]).filter(
    ([name, value]) => value !== usual[name],
  );
}
