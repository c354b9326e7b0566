/**
 * The door every vendor's answers come through: errors know the role that was asked, text can be stored, and there is word of
 * the calls that were answered.
 */
import { Ambiguous, Failure, Rejected } from '../lib/errors.ts';
import { storable } from '../lib/text.ts';
import type { Role } from './role.ts';

/**
 * The same object, whose every Failure carries `role`: with two roles over one log-in, only the one that failed is
 * paused. Whatever it answers is storable, whoever typed it at the vendor. Methods of objects in it (a hook, a set-up)
 * count as its own.
 * @param observed told of each question, what it was, how it ended and how many seconds that took
 * @param answered called whenever the vendor answered a call, be it with a refusal of what was asked
 */
export function asRole<T extends object>(
  role: Role,
  made: T,
  answered: () => void = () => undefined,
  observed?: Observed,
): T {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(made, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
      if (!wrapped.has(name))
        wrapped.set(
          name,
          typeof value === 'function'
            ? FROM_MEMORY.has(name)
              ? stamping(role, value.bind(target), () => undefined)
              : stamping(role, timed(value.bind(target), String(name), observed), answered)
            : asRole(role, value, answered, observed),
        );
      return wrapped.get(name);
    },
  });
}

/** What a vendor's object knows by itself once it has logged in, although it answers with a promise. */
const FROM_MEMORY: ReadonlySet<PropertyKey> = new Set(['recordUrl']);

/** `outcome`: ok, or the class of the failure. */
export type Observed = (operation: string, outcome: string, seconds: number) => void;

function timed(method: Method, operation: string, observed: Observed | undefined): Method {
  if (!observed) return method;
  return (...given) => {
    const begun = performance.now();
    const answer = method(...given);
    if (!(answer instanceof Promise)) return answer;
    const tell = (outcome: string) => observed(operation, outcome, (performance.now() - begun) / 1_000);
    answer.then(
      () => tell('ok'),
      thrown => tell(thrown instanceof Failure ? thrown.constructor.name : 'Error'),
    );
    return answer;
  };
}

type Method = (...given: unknown[]) => unknown;

/** Whatever answers at once asked nobody. */
function stamping(role: Role, method: Method, answered: () => void): Method {
  return (...given) => {
    try {
      const answer = method(...given);
      if (!(answer instanceof Promise)) return storable(answer);
      return answer.then(
        value => {
          answered();
          return storable(value);
        },
        thrown => {
          if (thrown instanceof Rejected || thrown instanceof Ambiguous) answered();
          return rethrow(role, thrown);
        },
      );
    } catch (thrown) {
      return rethrow(role, thrown);
    }
  };
}

function rethrow(role: Role, thrown: unknown): never {
  if (thrown instanceof Failure) thrown.role ??= role;
  throw thrown;
}
