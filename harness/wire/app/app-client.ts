import type { Client } from '../gate/client.js';
import type { ConnectorClass } from '../entries/connector.js';

/**
 * A client object of the application, made when its modules were loaded, that serves one execution after the other.
 *
 * @internal
 */
export interface AppClient {
  /** Where it connects to, where that is how it comes to the lab: `host:port`, or a path. */
  readonly address: string | undefined;
  /** By which id its library's trace events call it, where they do. */
  readonly traceId: string | undefined;
  /**
   * Takes it over: it leaves where it is, or wants to be, and is at rest from then on. Done once.
   *
   * @throws ScenarioError when that cannot be, or when it was given commands already
   */
  rest(): Promise<void>;
  /**
   * An execution begins, in the flow of the application: it is as it was at rest, and connects if it did so before.
   *
   * @param client - what the lab knows it by
   * @param connector - the way to the lab, for those that take one
   */
  begin(client: Client, connector: ConnectorClass): void;
  /** It is connected: what its module subscribed to is subscribed to again. */
  connected(): void;
  /** Is it where `begin` was to bring it? */
  readonly settled: boolean;
  /** The execution ends: it hangs up, still in its flow. */
  leave(): void;
  /** The execution has ended: nothing of it is left in the object. */
  end(): void;
}
