import { isReported, ToldVerdicts } from './told-verdicts.js';

/** Puts down what the tests of this process explore; undefined where nobody wants to know. @internal */
export const told = isReported() ? new ToldVerdicts() : undefined;
