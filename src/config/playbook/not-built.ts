/** What a playbook may ask one day and Baton does not do yet: refused, so that nobody relies on what has no effect. */

const LATER = 'leave it out until Baton can do it';

/** Keys that are written for a Baton to come, each with what is not done. */
const KEYS: Readonly<Record<string, string>> = {
  nurture: `Baton moves no lead into a list or campaign of the source yet, it stays where it is: ${LATER}`,
  follow_up: `Baton makes no tasks, call lists or sequences yet: ${LATER}`,
  card: `every card shows the same facts so far: ${LATER}`,
  'reply.to': `Baton does not answer leads by itself yet: ${LATER}`,
  'reply.templates': `Baton does not answer leads by itself yet: ${LATER}`,
  'reply.test_leads': `Baton does not answer leads by itself yet: ${LATER}`,
  'reply.postal_address': `Baton does not answer leads by itself yet: ${LATER}`,
  'reply.not_again_within': `Baton does not answer leads by itself yet: ${LATER}`,
  'reply.withhold': `Baton does not answer leads by itself yet: ${LATER}`,
};

/** Why a key that the schema does not know is refused, when it is one to come. */
export function notBuiltYet(path: string): string | undefined {
  return Object.hasOwn(KEYS, path) ? KEYS[path] : undefined;
}

/** Known keys whose value would switch on what is not there. */
export function notBuiltProblems({ reply }: { reply?: { enabled?: boolean | undefined } | undefined }): {
  path: string;
  message: string;
}[] {
  if (!reply?.enabled) return [];
  return [
    {
      path: 'reply.enabled',
      message: 'must be false: Baton does not answer leads by itself yet; reps write from the card',
    },
  ];
}
