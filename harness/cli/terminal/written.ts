/** Waits until all that was written to a stream has left the process, which may then be ended. @internal */
export async function written(...streams: readonly NodeJS.WriteStream[]): Promise<void> {
  for (const stream of streams) await new Promise((done) => stream.write('', done));
}
