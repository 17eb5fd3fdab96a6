import { hostname } from 'node:os';
import type { Engine } from '../engine/engine.js';
import { OWNER_LABEL } from '../engine/names.js';
import type { Lease } from '../reaper/reaper.js';
import { SERVER, SHARED } from './shared-folder.js';

/** The module, which is loaded late. @internal */
export type Testcontainers = typeof import('testcontainers');

/** Inside the container: the clock library. */
const PRELOAD = '/race-lab-clock.so';

/** What makes a container the lab's. @internal */
export interface LabContainerSettings {
  readonly image: string;
  readonly engine: Engine;
  /** Told as soon as the container exists. */
  readonly lease: Lease;
  /** The directory here that is {@link SHARED} there. Without one the container gets a network and publishes its port. */
  readonly shared: string | undefined;
  /** The port that it publishes then. */
  readonly port: number;
  /** The clock library to preload; it finds its file in the shared directory. */
  readonly shim: string | undefined;
}

/** A container the way the lab wants it; the class is made here because its base is loaded late. @internal */
export function labContainer(
  { GenericContainer }: Testcontainers,
  { image, engine, lease, shared, port, shim }: LabContainerSettings,
): InstanceType<Testcontainers['GenericContainer']> {
  class LabContainer extends GenericContainer {
    constructor() {
      super(image);
      if (shared === undefined) this.#publish();
      else this.#share(shared);
    }

    #share(folder: string): void {
      // As mounts and not as "binds": the engine refuses a mount of a directory it does not see, where a bind would
      // make an empty one on some other machine.
      this.hostConfig.Mounts = [{ Type: 'bind', Source: folder, Target: SHARED }];
      if (shim !== undefined)
        this.hostConfig.Mounts.push({ Type: 'bind', Source: shim, Target: PRELOAD, ReadOnly: true });
      this.hostConfig.SecurityOpt = ['label=disable'];
      this.withNetworkMode('none');
      this.withWorkingDir(SHARED);
      // Then what it writes belongs to us.
      if (process.getuid !== undefined && process.getgid !== undefined)
        this.withUser(`${process.getuid()}:${process.getgid()}`);
    }

    #publish(): void {
      this.withExposedPorts({ container: INNER_PORT, host: port });
      // testcontainers publishes on every interface, and this server has no password.
      const local =
        'socketPath' in engine.options || ['127.0.0.1', '::1', 'localhost'].includes(engine.options.host);
      if (!local) return;
      this.hostConfig.PortBindings = {
        [`${INNER_PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }],
      };
    }

    protected override containerCreated(): Promise<void> {
      lease.add({ created: true });
      return Promise.resolve();
    }
  }
  return (
    new LabContainer()
      // Past the image's own entry script, which would change the user, and drop or add arguments.
      .withEntrypoint([SERVER])
      .withEnvironment(
        shim === undefined ? {} : { LD_PRELOAD: PRELOAD, RACE_LAB_CLOCK_FILE: `${SHARED}/clock` },
      )
      .withLabels({ 'redis-race-lab': 'server', [OWNER_LABEL]: hostname() })
      // Cleaning up is the work of our own reaper: testcontainers' is an image that would have to be pulled.
      .withAutoCleanup(false)
      .withWaitStrategy(NO_WAIT)
  );
}

/** The port of the server inside a container that has a network. @internal */
export const INNER_PORT = 6379;

/** Readiness is seen by connecting, which `firstToAnswer` does. */
const NO_WAIT = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 60_000,
};
