import { createRequire } from 'node:module';
import type { Runtime, Session } from 'node:inspector';

/** By this name the inspector finds what it is to look at, and hands over what it found. */
const DESK: unique symbol = Symbol.for('redis-race-lab.scopes');
const PICK = `globalThis[Symbol.for('redis-race-lab.scopes')]`;
const TAKE = `function () { ${PICK} = this; }`;
const GROUP = 'redis-race-lab';

type Property = Runtime.InternalPropertyDescriptor;

/** The declarations of Node leave private fields out. */
type PropertiesSeen = Runtime.GetPropertiesReturnType & { readonly privateProperties?: readonly Property[] };

/** What only the inspector sees of a value. @internal */
export interface Inside {
  /** What V8 calls internal: `[[Scopes]]` and the like. */
  readonly internal: readonly Property[];
  /** Private fields, and private methods and accessors. */
  readonly fields: readonly Property[];
}

/** Node's inspector, asked from within: both sides are in this thread, so it answers at once. @internal */
export class Inspector {
  static #shared: Inspector | undefined;
  /** The global object of the context that the inspector speaks of; test runners run code in others. */
  readonly #desk: Record<symbol, unknown>;
  #handed = false;

  private constructor(readonly session: Session) {
    const { constructor: make } = session.constructor as unknown as { constructor: FunctionConstructor };
    this.#desk = make('return globalThis')() as Record<symbol, unknown>;
    session.connect();
  }

  /** One for the process. @returns undefined where it has no inspector */
  static get(): Inspector | undefined {
    try {
      const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
      return (this.#shared ??= new Inspector(new inspector.Session()));
    } catch {
      return undefined;
    }
  }

  /** What is inside of a value; it can be taken until the next `rest`. */
  inside(value: object): Inside {
    this.#desk[DESK] = value;
    this.#handed = true;
    const { result } = this.post('Runtime.evaluate', {
      expression: PICK,
      objectGroup: GROUP,
    }) as Runtime.EvaluateReturnType;
    const { internalProperties = [], privateProperties = [] } = this.post('Runtime.getProperties', {
      objectId: result.objectId,
      ownProperties: true,
    }) as PropertiesSeen;
    return { internal: internalProperties, fields: privateProperties };
  }

  /** The value itself of what the inspector describes. */
  take({ objectId, value, unserializableValue }: Runtime.RemoteObject): unknown {
    if (objectId === undefined) return unserializableValue ?? value;
    this.post('Runtime.callFunctionOn', { objectId, functionDeclaration: TAKE });
    return this.#desk[DESK];
  }

  /** Lets go of all that was looked at. */
  rest(): void {
    if (!this.#handed) return;
    this.#handed = false;
    Reflect.deleteProperty(this.#desk, DESK);
    this.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }

  post(method: string, params: object = {}): unknown {
    let answer: unknown;
    let failure: Error | null = null;
    this.session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw failure as Error;
    return answer;
  }
}
