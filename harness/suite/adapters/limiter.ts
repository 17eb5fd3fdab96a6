import type { AdmissionOptions } from '../../check/operations/admission.js';
import type { ClientMaker, SuiteCall } from './adapter.js';

/**
 * What the calls of a limiter are given.
 *
 * @public
 */
export interface LimiterCall<Client> extends SuiteCall<Client> {
  /** So many are to be admitted in a window. */
  readonly limit: number;
  /** How long a window is, in ms. */
  readonly windowMs: number;
}

/**
 * A limiter, as the suite uses it.
 *
 * @public
 */
export interface LimiterAdapter<Client> extends ClientMaker<Client> {
  /**
   * Asks to be admitted, once.
   *
   * @returns true: admitted; false: refused. An error says that nobody can tell
   */
  readonly hit: (call: LimiterCall<Client>) => Promise<boolean>;
  /**
   * What it promises: see `admissionLimit`. `aligned`: windows that begin at certain times of the day, whoever asks when. Default:
   * fixed.
   */
  readonly window?: AdmissionOptions['window'] | 'aligned';
  /** So many are admitted in a window: what `hit` is asked for. Default: 2. */
  readonly limit?: number;
  /** How long a window is, in ms: what `hit` is asked for. Default: 1000. */
  readonly windowMs?: number;
  /** It lets everybody in while Redis cannot be asked. Default: false. */
  readonly opens?: boolean;
}
