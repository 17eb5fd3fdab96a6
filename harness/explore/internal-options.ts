import type { VariantName } from '../record/build.js';
import type { SavedSearch } from './exhaustive/saved.js';
import { EXPLORE_OPTIONS, type ExploreOptions } from './options.js';
import type { AnyCrew } from './search/crew-tasks.js';

/**
 * What the command line gives an exploration besides: labs, the processes of `--jobs`, searches of earlier runs.
 *
 * @internal
 */
export interface InternalExploreOptions extends ExploreOptions {
  /** Lab and variant, for the record. */
  readonly identity?: VariantName;
  /** Processes that share the work. They change nothing in the result. */
  readonly crew?: AnyCrew;
  /** A search that was interrupted, or whose budget was used up: it goes on from there. */
  readonly resume?: SavedSearch;
  /** Is given the search, when it ends before it is done without having found anything. */
  readonly onUnfinished?: (saved: SavedSearch) => void;
}

/** Every option by name, those of the public included. @internal */
export const INTERNAL_EXPLORE_OPTIONS: Readonly<Record<keyof InternalExploreOptions, true>> = {
  ...EXPLORE_OPTIONS,
  identity: true,
  crew: true,
  resume: true,
  onUnfinished: true,
};
