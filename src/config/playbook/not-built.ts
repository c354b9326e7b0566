/** What a playbook may ask one day and Baton does not do yet: refused, so that nobody relies on what has no effect. */

const LATER = 'leave it out until Baton can do it';

/** Keys that are written for a Baton to come, each with what is not done. */
const KEYS: Readonly<Record<string, string>> = {
  card: `every card shows the same facts so far: ${LATER}`,
};

/** Why a key that the schema does not know is refused, when it is one to come. */
export function notBuiltYet(path: string): string | undefined {
  return Object.hasOwn(KEYS, path) ? KEYS[path] : undefined;
}
