import { Redis } from 'ioredis';
import { currentFlow } from '../base/flow.js';
import type { ClientOptions } from '../scenario/client-types.js';
import type { LegacyOptions, Scenario, SetupContext } from '../scenario/types.js';
import { DirectClients } from '../wire/entries/direct-clients.js';
import { LAB_ADDRESS, LAB_URL } from '../wire/entries/socket-hook.js';
import { runUnscheduled } from './host/unscheduled.js';
import type { Environment } from './host/environment.js';

/** The setup of a scenario failed. @internal */
export class SetupError extends Error {
  override name = 'SetupError';
}

/**
 * Runs the setup of a scenario, on a store that was emptied.
 *
 * @param seed - of its random numbers
 * @param untilMs - real time at which it is to be over; default: when it has taken too long
 * @throws SetupError when it throws or does not end; ServerGoneError when that is because the server is gone
 * @internal
 */
export async function setUp(
  environment: Environment,
  { setup, clientOptions }: Pick<Scenario, 'setup' | 'clientOptions'>,
  seed: number,
  untilMs: number | undefined,
): Promise<void> {
  if (setup === undefined) return;
  await environment.emptied();
  const clients = new SetupClients(environment, clientOptions);
  try {
    const body = (): Promise<unknown> => setup(clients.context());
    await runUnscheduled(environment, seed, 'the setup', body, untilMs);
  } catch (error) {
    await environment.checkServer();
    throw new SetupError(`the setup failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    clients.close();
  }
  const parked = environment.serverClock.afterSetup?.();
  if (parked !== undefined) await parked;
}

/** What a setup connects by itself: straight to the server, for as long as the setup runs. */
class SetupClients {
  readonly #environment: Environment;
  readonly #options: Scenario['clientOptions'];
  readonly #made: Redis[] = [];
  #direct: DirectClients | undefined;

  constructor(environment: Environment, options: Scenario['clientOptions']) {
    this.#environment = environment;
    this.#options = options;
  }

  /** To be called in the flow of the setup. */
  context(): SetupContext {
    const environment = this.#environment;
    const flow = currentFlow()!;
    const direct = new DirectClients(environment.server.endpoint, flow, ([name, ...args]) =>
      environment.noteUnscheduled(name!.toString('latin1').toUpperCase(), args),
    );
    this.#direct = direct;
    const clientOptions = { ...this.#options, Connector: direct.connector } as LegacyOptions;
    const connect: SetupContext['connect'] = (options) => {
      const made = new Redis({ ...clientOptions, ...options, Connector: direct.connector } as LegacyOptions);
      this.#made.push(made);
      return made;
    };
    return {
      redis: environment.inspector,
      connect,
      clientOptions: clientOptions as ClientOptions,
      url: LAB_URL,
      address: LAB_ADDRESS,
    };
  }

  /** The setup is over. */
  close(): void {
    for (const client of this.#made) client.disconnect();
    const direct = this.#direct;
    // A client that the setup left behind would try to come back for ever, in real time.
    if (direct?.close() === true) direct.flow.alive = false;
  }
}
