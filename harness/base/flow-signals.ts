import { runInFlow, type Flow } from './flow.js';

/** A signal for each flow: for what its code starts elsewhere. @internal */
export class FlowSignals {
  readonly #controllers = new Map<Flow, AbortController>();

  /** Aborted when the flow is over. */
  of(flow: Flow): AbortSignal {
    let controller = this.#controllers.get(flow);
    if (controller === undefined) {
      controller = new AbortController();
      this.#controllers.set(flow, controller);
      // Asked for the first time by what a dead worker left behind.
      if (!flow.alive) controller.abort();
    }
    return controller.signal;
  }

  /** What this flow started elsewhere is to end. */
  abort(flow: Flow): void {
    const controller = this.#controllers.get(flow);
    if (controller !== undefined) runInFlow(flow, () => controller.abort());
  }
}
