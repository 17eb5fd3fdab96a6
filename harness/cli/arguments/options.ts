/** Options that several commands have. */
import { Option, type Command } from 'commander';
import { MAX_WORKERS } from '../../scenario/checks.js';
import { collect, wholeNumber } from './parse.js';

/** More processes than any machine has processors for. @internal */
export const MAX_JOBS = 64;
/** Seeds are numbers of 32 bits. @internal */
export const SEED_MAX = 0xffffffff;

/** Where `run` leaves its reports, and `clean` removes them, unless `--out` says otherwise. @internal */
export const REPORTS_FOLDER = 'reports/latest';

/** What `--all` means where a finding is shown. @internal */
export const ALL_STEPS = 'also show steps that are not causally before the failure';

/** Adds the options that say which Redis to use. @returns the command @internal */
export function withServerOptions(command: Command): Command {
  return command
    .option(
      '--redis <where>',
      'auto, container, process or redis://host:port (default: RACE_LAB_REDIS, or auto)',
    )
    .option('--image <image>', 'container image')
    .option('--server-version <which>', 'which server it must be: redis-8, redis-7.0, valkey-8 …')
    .option(
      '--allow-host <host>',
      'a host other than this machine that may be flushed (repeatable)',
      collect,
    );
}

/** `--jobs <n>`: how many processes share the work. @internal */
export function jobsOption(): Option {
  return new Option('--jobs <n>', 'processes that share the work, each with a Redis of its own').argParser(
    wholeNumber(1, MAX_JOBS),
  );
}

/** `--workers <n>`: how many workers a scenario has. @param description - for the help @internal */
export function workersOption(description: string): Option {
  return new Option('--workers <n>', description).argParser(wholeNumber(1, MAX_WORKERS));
}

/** `--seed <n>`: a whole number of 32 bits. @param description - for the help @internal */
export function seedOption(description: string): Option {
  return new Option('--seed <n>', description).argParser(wholeNumber(0, SEED_MAX));
}

/** `--cell <cell>`: one execution of a file of fault maps. @internal */
export function cellOption(): Option {
  return new Option('--cell <cell>', 'which cell, where FILE holds fault maps: [[LAB/]VARIANT/]PLACE/FAULT');
}

/** Adds the options of whatever compares what fails with what is known to. @internal */
export function withBaselineOptions(command: Command): Command {
  return command
    .option(
      '--baseline <file>',
      'what fails as this file says is known, and no reason to fail (--write-baseline writes one)',
    )
    .option(
      '--write-baseline <file>',
      'what fails is known from now on: put it into this file, where what was not run stays as it is',
    );
}
