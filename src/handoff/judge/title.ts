import type { TitleLevel, TitleVerdict } from '../../domain/decision.ts';
import { phraseIndex, quote, words } from './judge-words.ts';

/** Short forms people write, spelled out on both sides: in the title and in the playbook's list. */
const SPELLED_OUT: Record<string, string> = {
  svp: 'senior vp',
  evp: 'executive vp',
  avp: 'assistant vp',
  rvp: 'regional vp',
  gvp: 'group vp',
  ceo: 'chief executive officer',
  cto: 'chief technology officer',
  cfo: 'chief financial officer',
  coo: 'chief operating officer',
  cmo: 'chief marketing officer',
  cro: 'chief revenue officer',
  cio: 'chief information officer',
  ciso: 'chief information security officer',
  cso: 'chief strategy officer',
  cpo: 'chief product officer',
  cdo: 'chief data officer',
  chro: 'chief human resources officer',
  cco: 'chief commercial officer',
  cofounder: 'co founder',
  coowner: 'co owner',
  mgr: 'manager',
  gm: 'general manager',
  dir: 'director',
  pres: 'president',
  sr: 'senior',
  jr: 'junior',
  ea: 'executive assistant',
  pa: 'personal assistant',
  asst: 'assistant',
};

/** Standing before the role, these take it away: "former CEO", "aspiring founder", "assistant to the CEO". */
const TAKE_AWAY_BEFORE = new Set([
  'former',
  'formerly',
  'ex',
  'previously',
  'retired',
  'aspiring',
  'future',
  'prospective',
  'wannabe',
  'assistant',
  'secretary',
]);
const RELATION = new Set(['to', 'for', 'with', 'supporting', 'under', 'helping']);

/** Standing at the end behind the role, these are the job and the role only says whose: "CEO assistant". */
const HELPERS = new Set([
  'assistant',
  'secretary',
  'intern',
  'internship',
  'trainee',
  'apprentice',
  'student',
  'receptionist',
  'support',
]);
const SPECIALISTS = new Set([
  ...HELPERS,
  'specialist',
  'coordinator',
  'analyst',
  'associate',
  'representative',
  'rep',
  'clerk',
  'liaison',
]);

/** Behind "lead", these make it a prospect, not a leader: "lead generation specialist". */
const PROSPECT_WORK = new Set(
  'generation generator gen management nurturing nurture qualification qualifier qualifying scoring routing acquisition conversion capture development sourcing intake response distribution ops operations processing research researcher processor'.split(
    ' ',
  ),
);
/** Before "owner", these make it a role in a project: "product owner". */
const OWNED_WORK = new Set([
  'product',
  'process',
  'data',
  'system',
  'service',
  'risk',
  'home',
  'backlog',
  'feature',
  'application',
]);

const EXECUTIVE = ['VP', 'Chief', 'President', 'Founder', 'Owner', 'Managing Director'];
const MANAGER = ['Manager', 'Director', 'Head of', 'Lead'];
const STUDENT = new Set(
  'intern internship student trainee apprentice werkstudent praktikant praktikantin stagiaire'.split(' '),
);
const PREPOSITIONS = new Set(['of', 'for', 'in', 'at', 'to', 'with', 'on', 'from']);

/**
 * Does the title name somebody who decides, and at what level? Looks for the playbook's titles as whole words in the
 * right sense, part by part ("Co-Founder & CEO" has two). "Lead Engineer" leads engineers and counts; "Lead Generation
 * Specialist" does not. A title in another script is matched as it stands, and unknown, not "no", without a match.
 */
export function judgeTitle(title: string | undefined, decisionMakerTitles: readonly string[]): TitleVerdict {
  const given = (title ?? '').trim();
  const parts = partsOf(given);
  if (parts.length === 0) {
    return { decisionMaker: 'unknown', level: 'unknown', reason: 'no job title is known' };
  }
  const level = levelOf(parts);
  const role = decisionMakerTitles.find(one => holds(parts, one, given));
  if (role !== undefined) {
    return { decisionMaker: 'yes', level, reason: `${quote(given)} is a decision maker: ${role}` };
  }
  // A title in another language may well be the managing director's; saying "no" would be a guess.
  if (/[^\p{ASCII}]/u.test(parts.flat().join('')) && level === 'other') {
    return { decisionMaker: 'unknown', level: 'unknown', reason: `${quote(given)} is not in the playbook's language` };
  }
  return { decisionMaker: 'no', level, reason: `${quote(given)} holds none of the playbook's decision-maker titles` };
}

function levelOf(parts: readonly string[][]): TitleLevel {
  if (EXECUTIVE.some(role => holds(parts, role))) return 'executive';
  if (MANAGER.some(role => holds(parts, role))) return 'manager';
  return parts.some(isStudent) ? 'student_or_intern' : 'other';
}

function holds(parts: readonly string[][], role: string, raw = ''): boolean {
  const phrase = spell(words(role));
  // Scripts without spaces have no whole words: the title is searched as it stands.
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(role))
    return raw.includes(role.trim());
  return parts.some(part => holdsInPart(part, phrase));
}

function holdsInPart(part: readonly string[], phrase: readonly string[]): boolean {
  // "Head, Growth" and "Sales Head" say "head of" without the word.
  if (phrase.join(' ') === 'head of' && part.at(-1) === 'head' && !takenAwayBefore(part.slice(0, -1), [])) return true;
  for (let at = phraseIndex(part, phrase); at >= 0; at = phraseIndex(part, phrase, at + 1)) {
    const before = part.slice(0, at);
    const behind = part.slice(at + phrase.length);
    if (!takenAwayBefore(before, phrase) && !takenAwayBehind(before, phrase, behind)) return true;
  }
  return false;
}

function takenAwayBefore(before: readonly string[], phrase: readonly string[]): boolean {
  const role = phrase.join(' ');
  if (before.some(word => RELATION.has(word)) || phraseIndex(before, ['office', 'of']) >= 0) return true;
  if (isAssistantRank(before, phrase)) return false;
  if (role === 'president' && before.includes('student')) return true;
  if (role === 'owner' && OWNED_WORK.has(before.at(-1) ?? '')) return true;
  return before.some(word => TAKE_AWAY_BEFORE.has(word));
}

/** Words that may stand before "assistant" where it is part of a rank: "Senior Assistant Director". */
const BEFORE_ASSISTANT_RANK = new Set(['senior', 'regional', 'national', 'global', 'deputy']);

/**
 * "Assistant vice president", "assistant director" and "assistant general manager" are ranks of their own, not somebody's
 * assistants; "executive assistant" and a shop's "assistant manager" are not.
 */
function isAssistantRank(before: readonly string[], phrase: readonly string[]): boolean {
  const at = before.indexOf('assistant');
  if (at < 0 || !before.slice(0, at).every(word => BEFORE_ASSISTANT_RANK.has(word))) return false;
  const between = before.slice(at + 1);
  if (between.some(word => TAKE_AWAY_BEFORE.has(word))) return false;
  const role = phrase.join(' ');
  if (role === 'vp' || role === 'director' || role === 'head of') return true;
  return role === 'general manager' || (role === 'manager' && between.at(-1) === 'general');
}

function takenAwayBehind(before: readonly string[], phrase: readonly string[], behind: readonly string[]): boolean {
  const end = behind.findIndex(word => PREPOSITIONS.has(word));
  const head = (end < 0 ? behind : behind.slice(0, end)).at(-1) ?? '';
  if (phrase.join(' ') !== 'lead') return head !== '' && !phrase.includes('of') && SPECIALISTS.has(head);
  if (HELPERS.has(head) || PROSPECT_WORK.has(behind[0] ?? '')) return true;
  return ['inbound', 'outbound'].includes(before.at(-1) ?? '') && behind.length > 0;
}

/** The job itself is learning; "Student Success Manager" and "International Sales" are not. */
function isStudent(part: readonly string[]): boolean {
  const end = part.findIndex(word => PREPOSITIONS.has(word));
  const core = end < 0 ? part : part.slice(0, end);
  return STUDENT.has(core.at(-1) ?? '') || STUDENT.has(core[0] ?? '');
}

/** "VP, Sales" and "CTO / Co-founder" are read part by part, so that words of one do not colour the other. */
function partsOf(title: string): string[][] {
  return title
    .slice(0, 500)
    .normalize('NFKC')
    .replace(/\bvice[\s-]*president\b/giu, 'VP')
    .replace(/\bv\.\s*p\b\.?/giu, 'VP')
    .split(/[,;|/&+()[\]•·–—:]|\s-+\s|\s+and\s+/iu)
    .map(part => spell(words(part)))
    .filter(part => part.length > 0);
}

function spell(all: readonly string[]): string[] {
  return all
    .join(' ')
    .replace(/\bvice presidents?\b/g, 'vp')
    .split(' ')
    .flatMap(word => (Object.hasOwn(SPELLED_OUT, word) ? (SPELLED_OUT[word] ?? word).split(' ') : [word]))
    .filter(Boolean);
}
