// It lies with what everybody may throw, since invariants check their arguments too.
export { ScenarioError } from '../base/scenario-error.js';
