/** Errors that know in which of its roles a vendor was asked. */
import { Failure } from '../lib/errors.ts';
import type { Role } from './role.ts';

/**
 * The same object, whose every Failure carries `role`: with two roles over one log-in, only the one that failed is
 * paused. Methods of objects in it (a hook, a set-up) count as its own.
 */
export function asRole<T extends object>(role: Role, made: T): T {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(made, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
      if (!wrapped.has(name))
        wrapped.set(name, typeof value === 'function' ? stamping(role, value.bind(target)) : asRole(role, value));
      return wrapped.get(name);
    },
  });
}

type Method = (...given: unknown[]) => unknown;

function stamping(role: Role, method: Method): Method {
  return (...given) => {
    try {
      const answer = method(...given);
      return answer instanceof Promise ? answer.catch(thrown => rethrow(role, thrown)) : answer;
    } catch (thrown) {
      return rethrow(role, thrown);
    }
  };
}

function rethrow(role: Role, thrown: unknown): never {
  if (thrown instanceof Failure) thrown.role ??= role;
  throw thrown;
}
