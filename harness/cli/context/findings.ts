/** Scenarios and findings as they are named to other processes. */
import type { RaceRecord, Reproduced } from '../../record/format.js';

/** Which scenario is meant: functions cannot be sent, so each process takes it from the labs or the file itself. @internal */
export interface VariantRef {
  /** The race file, absolute. */
  readonly path?: string | undefined;
  /** Of its text when the first process loaded it. */
  readonly sha256?: string | undefined;
  /** The same of what it imports, by path. */
  readonly imports?: Readonly<Record<string, string>> | undefined;
  readonly lab: string;
  readonly variant: string;
  readonly workers: number | undefined;
  readonly faults: number | undefined;
}

/** A finding, and where another process finds its scenario. @internal */
export interface FindingRef {
  readonly ref: VariantRef;
  readonly record: RaceRecord;
}

/** What a finding came to in another process. @internal */
export type Elsewhere = NonNullable<Reproduced['elsewhere']>;
