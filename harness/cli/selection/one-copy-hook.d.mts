/** What a name stands for. @internal */
export interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

/** Finds what a name stands for, or asks the next one. The same for threads that wait and for those that do not. @internal */
export type ResolveHook = (
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Resolved,
) => Resolved;

/** The hook for these. @param entries - addresses by name @internal */
export declare function hookFor(entries: Readonly<Record<string, string>>): ResolveHook;
