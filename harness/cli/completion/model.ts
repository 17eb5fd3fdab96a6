/** What can be completed, read from the commands as they are declared: no list of them stands anywhere else. */
import type { Argument, Command, Option } from 'commander';
import { FAULT_KINDS } from '../../faults/catalogue.js';
import type { Lab } from '../../scenario/lab.js';
import { FAILING_KINDS, FAULT_GROUPS } from '../arguments/parse.js';

/** What comes behind an option, or as an argument. @internal */
export type Completed =
  | { readonly kind: 'nothing' | 'anything' | 'file' | 'folder' | 'lab' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** An option with all its spellings. @internal */
export interface CompletedOption {
  readonly flags: readonly string[];
  readonly description: string;
  /** `nothing` for one that takes no value. */
  readonly value: Completed;
}

/** A command of the program. @internal */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What its arguments are; all of them are of one kind. */
  readonly argument: Completed;
}

/** Everything that a shell completes. @internal */
export interface CompletionModel {
  readonly program: string;
  readonly commands: readonly CompletedCommand[];
  /** Names of labs, each with those of its variants and measurements. */
  readonly labs: ReadonlyMap<string, readonly string[]>;
}

/** Words for options whose values a parser of their own checks. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '--fault': [...Object.keys(FAULT_GROUPS), ...FAULT_KINDS],
  '--fail-on': FAILING_KINDS,
  '--redis': ['auto', 'container', 'process'],
  '--server-version': ['redis-8', 'redis-7.0', 'valkey-8'],
};

/** Reads what can be completed. @param program - with all its commands @internal */
export function completionModel(program: Command, labs: readonly Lab[]): CompletionModel {
  return {
    program: program.name(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: [...command.options.map(optionOf), HELP],
      argument: argumentOf(command.registeredArguments),
    })),
    labs: new Map(
      labs.map(({ id, variants, measurements = [] }) => [
        id,
        // What gives an exercise away is not offered.
        [...variants.filter(({ solution }) => solution !== true), ...measurements].map(({ name }) => name),
      ]),
    ),
  };
}

const HELP: CompletedOption = {
  flags: ['-h', '--help'],
  description: 'display help for command',
  value: { kind: 'nothing' },
};

function optionOf(option: Option): CompletedOption {
  const flags = option.flags.split(/[ ,|]+/).filter((word) => word.startsWith('-'));
  return { flags, description: option.description, value: valueOf(option) };
}

function valueOf({ required, optional, argChoices, long, flags }: Option): Completed {
  if (!required && !optional) return { kind: 'nothing' };
  const words = argChoices ?? WORDS[long ?? ''];
  if (words !== undefined) return { kind: 'words', words };
  if (flags.includes('<file>')) return { kind: 'file' };
  return { kind: flags.includes('<dir>') ? 'folder' : 'anything' };
}

function argumentOf([first]: readonly Argument[]): Completed {
  if (first === undefined) return { kind: 'nothing' };
  if (first.argChoices !== undefined) return { kind: 'words', words: first.argChoices };
  // What takes a lab takes a file of somebody's own as well.
  return { kind: first.name().includes('LAB') ? 'lab' : 'file' };
}
