import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeDirectory, temporaryDirectory } from '../machine/directory.js';
import { createClockFile } from '../shim/clock-file.js';

/** Inside the container: the folder that both sides see. @internal */
export const SHARED = '/race-lab';
/** What the server is called in every image. @internal */
export const SERVER = 'redis-server';

/**
 * A folder that the server in a container and this process both see: its socket is in it, and its clock.
 *
 * @internal
 */
export class SharedFolder {
  /** The private directory around it. */
  readonly directory: string;
  /** Its path here; in the container it is {@link SHARED}. */
  readonly path: string;
  /** The socket of the server, here. */
  readonly socket: string;
  /** The file of the preloaded clock, here; undefined without one. */
  readonly clockFile: string | undefined;

  /** Chooses its path; {@link make} makes it, so that it can be put on the reaper's list first. */
  constructor(withClock: boolean) {
    this.directory = temporaryDirectory();
    this.path = join(this.directory, 'shared');
    this.socket = join(this.path, 'redis.sock');
    this.clockFile = withClock ? join(this.path, 'clock') : undefined;
  }

  /** A part of the path, which nothing else on this machine has in its own. */
  get name(): string {
    return basename(this.directory);
  }

  /** @throws ServerError (`no-folder`) when the disk is full or cannot be written */
  make(): void {
    makeDirectory(this.directory, () => {
      mkdirSync(this.path);
      // World-writable because a remapped user may have to make the socket there; the directory around it is private.
      chmodSync(this.path, 0o777);
      // Where the server looks for itself when it is to start afresh: in the directory that it was started in.
      symlinkSync('/proc/self/exe', join(this.path, SERVER));
      if (this.clockFile !== undefined) createClockFile(this.clockFile);
    });
  }

  /** Removes it with everything in it. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
