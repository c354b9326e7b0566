/** A lead made up to try the whole path: marked, harmless, and fitting the present playbook as well as it is asked to. */
import { randomUUID } from 'node:crypto';
import type { Playbook } from '../../config/playbook.ts';
import { storeManual } from '../../db/handoffs/manual-leads.ts';
import type { Priority } from '../../domain/decision.ts';
import { contactOfManual, type HandedOff } from '../../domain/manual.ts';
import { processSignals } from '../../jobs/requests.ts';
import { actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Outcome } from '../core/outcomes.ts';
import { isManager, type Requester } from '../core/rights.ts';
import { judge } from '../judge/judge.ts';

/** Nobody can have an address there: the domain is kept free for examples, and no list calls it a free mail provider. */
const DOMAIN = 'baton-test.example.org';

/** Managers and admins only. */
export async function testLead(
  deps: Deps,
  requester: Requester & { priority: Priority },
): Promise<Outcome<{ email: string }>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  const { actor, playbook, now } = person;
  if (!isManager(actor)) return { kind: 'not_allowed', who: 'a manager or an admin' };
  const key = randomUUID();
  const lead = testFacts(playbook, requester.priority, `test-${key.slice(0, 8)}@${DOMAIN}`, now);
  await storeManual(
    deps.db,
    requester.workspaceId,
    {
      key: `test:${key}`,
      lead,
      byEmail: actor.email,
      byName: actor.name,
      bySlackId: requester.slackUserId,
      testPriority: requester.priority,
      at: now,
    },
    processSignals,
  );
  return { kind: 'done', email: lead.email };
}

const ORDER: readonly Priority[] = ['LOW', 'MEDIUM', 'HIGH'];

/**
 * Facts that come out as `wanted` by this playbook, the more of them the better; where no facts do (a playbook may ask
 * for more than anybody can have), those that come nearest. Pure.
 */
export function testFacts(playbook: Playbook, wanted: Priority, email: string, now: Date): HandedOff['lead'] {
  const tried = combinations(playbook).map(facts => {
    const lead = { ...NAME, ...facts, email };
    const contact = contactOfManual({ id: 'test', lead, byName: 'test', byEmail: email, isTest: true });
    const { fit, outcome } = judge({ contact, company: { origin: {} }, playbook }, now);
    const away = Math.abs(ORDER.indexOf(fit.priority) - ORDER.indexOf(wanted));
    return { lead, rank: [away, outcome === 'route' ? 0 : 1, -Object.keys(facts).length] };
  });
  tried.sort((one, other) => compare(one.rank, other.rank));
  return tried[0]?.lead ?? { ...NAME, email };
}

const NAME = { firstName: 'Test', lastName: 'Lead (Baton)', company: 'Baton Test Company', phone: '+1 555 0100' };

type Facts = Pick<HandedOff['lead'], 'industry' | 'employees' | 'country' | 'title'>;

/** Every choice of the facts the fit asks for, each as the playbook wants it, as it does not, or unknown. */
function combinations(playbook: Playbook): Facts[] {
  const [wanted, unwanted] = [wantedFacts(playbook), unwantedFacts(playbook)];
  return (Object.keys(wanted) as (keyof Facts)[]).reduce<Facts[]>(
    (all, name) =>
      all.flatMap(facts => [facts, { ...facts, [name]: wanted[name] }, { ...facts, [name]: unwanted[name] }]),
    [{}],
  );
}

function wantedFacts({ fit, validation }: Playbook): Facts {
  const employees = fit.employees.min ?? Math.min(500, fit.employees.max ?? 500);
  return {
    industry: fit.industries[0] ?? 'Software',
    employees: Math.max(1, employees),
    country: fit.countries[0] ?? 'US',
    title: titleOf(validation.decision_maker_titles[0]),
  };
}

/** A no to each: somebody of whom nothing is known may be more than LOW. */
function unwantedFacts({ fit }: Playbook): Facts {
  const { min = 0, max } = fit.employees;
  return {
    industry: 'Baton test',
    employees: min > 1 ? min - 1 : max === undefined ? 1 : max + 1,
    country: fit.countries.includes('AQ') ? 'BV' : 'AQ',
    title: 'Tester',
  };
}

const titleOf = (wanted: string | undefined) => (wanted === undefined ? 'VP Operations' : `${wanted} Operations`);

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [at, value] of one.entries()) {
    const difference = value - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
