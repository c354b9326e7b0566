/** Who may set Baton up: whoever reads the terminal it was started in. One code, one browser. */
import { createHash, randomInt } from 'node:crypto';
import { after, type Clock, HOUR, MINUTE } from '../lib/clock.ts';
import { constantTimeEqual, randomToken } from '../lib/crypto.ts';

/** Without signs that are taken for one another when read aloud or off a screen. */
const SIGNS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
/** 30^8: five tries find one in 130 billion times. */
const LENGTH = 8;
const TRIES = 5;
const GOOD_FOR = 30 * MINUTE;
const SESSION_FOR = 2 * HOUR;

export type Tried =
  | { kind: 'opened'; session: string; until: Date }
  | { kind: 'wrong'; triesLeft: number }
  /** Somebody has used it, or it is too old, or was tried too often: the terminal gives a new one. */
  | { kind: 'used' | 'expired' | 'locked' };

export interface Door {
  /** Makes a code to be printed; the one before is good no more. */
  newCode(): string;
  /** Opens for the browser that types the code; it works once, and another browser that was in is out then. */
  tryCode(typed: string): Tried;
  /** Whether this is the browser that typed the code, and how long it counts as that. */
  sessionUntil(session: string): Date | undefined;
}

interface Code {
  hash: string;
  madeAt: Date;
  triesLeft: number;
  isUsed: boolean;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Everything in memory: after a restart there is a new code, and nobody is in. */
export function door(clock: Clock): Door {
  let code: Code | undefined;
  let session: { hash: string; until: Date } | undefined;
  return {
    newCode() {
      const text = Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
      code = { hash: hashOf(text), madeAt: clock.now(), triesLeft: TRIES, isUsed: false };
      return `${text.slice(0, 4)}-${text.slice(4)}`;
    },
    tryCode(typed) {
      if (!code || code.madeAt < after(clock.now(), -GOOD_FOR)) return { kind: 'expired' };
      if (code.isUsed) return { kind: 'used' };
      if (code.triesLeft <= 0) return { kind: 'locked' };
      if (!constantTimeEqual(hashOf(asPrinted(typed)), code.hash)) {
        code.triesLeft -= 1;
        return code.triesLeft > 0 ? { kind: 'wrong', triesLeft: code.triesLeft } : { kind: 'locked' };
      }
      code.isUsed = true;
      const token = randomToken();
      session = { hash: hashOf(token), until: after(clock.now(), SESSION_FOR) };
      return { kind: 'opened', session: token, until: session.until };
    },
    sessionUntil(token) {
      if (!session || session.until <= clock.now()) return undefined;
      return constantTimeEqual(hashOf(token), session.hash) ? session.until : undefined;
    },
  };
}

/** People leave out the hyphen, add blanks, and write small. */
const asPrinted = (typed: string) => typed.toUpperCase().replaceAll(/[\s-]/g, '');
