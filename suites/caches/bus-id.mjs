/**
 * A driver of a bus with a fixed id: by itself it gets one from a count that all workers of this process share, and that goes on from
 * one execution to the next. Processes have a count each.
 *
 * @param name - of the worker
 */
export function withBusId({ options, factory }, name) {
  return {
    options,
    factory: (config) => {
      const transport = factory(config);
      const { setId } = transport;
      transport.setId = () => setId.call(transport, name.padEnd(24, '-'));
      return transport;
    },
  };
}
