import type { AccessMode } from './footprint.js';

/**
 * The arguments of a command that are keys, and how it uses them; undefined where the server cannot tell.
 *
 * @internal
 */
export type KeyArguments = readonly { readonly position: number; readonly mode: AccessMode }[] | undefined;

/**
 * Shapes of commands and what the server said of them, as data: what one process has learnt, another need not ask. A
 * shape is the JSON of a command whose keys and values are replaced by stand-ins.
 *
 * @internal
 */
export type KnownShapes = readonly (readonly [shape: string, keys: KeyArguments])[];
