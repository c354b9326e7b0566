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
 * @param answered called whenever the vendor answered a call, be it with a refusal of what was asked
 */
export function asRole<T extends object>(role: Role, made: T, answered: () => void = () => undefined): T {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(made, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
      if (!wrapped.has(name))
        wrapped.set(
          name,
          typeof value === 'function'
            ? stamping(role, value.bind(target), FROM_MEMORY.has(name) ? () => undefined : answered)
            : asRole(role, value, answered),
        );
      return wrapped.get(name);
    },
  });
}

/** What a vendor's object knows by itself once it has logged in, although it answers with a promise. */
const FROM_MEMORY: ReadonlySet<PropertyKey> = new Set(['recordUrl']);

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
