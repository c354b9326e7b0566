import type { Crm, CrmUser } from '../../contracts/crm.ts';
import { type Clock, SECOND, systemClock } from '../../lib/clock.ts';
import { accountWriter } from './account/write.ts';
import { openAccountTable } from './api/account-table.ts';
import { queries, type Row } from './api/composite.ts';
import { idsIn, to18 } from './api/ids.ts';
import type { Usage } from './api/limits.ts';
import {
  eventIn,
  eventOut,
  loggedOut,
  pageOut,
  personIn,
  personOut,
  recordIn,
  touchIn,
  writeIn,
  writtenOut,
} from './api/objects.ts';
import type { Org, OrgRules } from './api/org.ts';
import { type PersonalLogins, personalSessions } from './api/personal.ts';
import { openSchema } from './api/schema.ts';
import { openSession, type SalesforceAuth } from './api/session.ts';
import { withDeleted } from './events/deleted.ts';
import { hook, look } from './events/hook.ts';
import { ownerHistory } from './events/owner-history.ts';
import { parseEvent } from './events/parse.ts';
import { type DailyUsage, poller } from './events/poll.ts';
import { standingsOf } from './events/standings.ts';
import { inspector } from './inspect/inspect.ts';
import { recordEditor } from './records/edit.ts';
import { matcher } from './records/match.ts';
import { ownerSetter } from './records/owner.ts';
import { remover } from './records/remove.ts';
import { fieldSetter } from './records/set-fields.ts';
import { deployer } from './setup/setup.ts';
import { traitsOf } from './traits.ts';

export type { SalesforceAuth };

import { SERVICE } from './api/errors.ts';
import { list } from './api/soql.ts';
import { currentRecord } from './records/relocated.ts';
import { toucher } from './records/touch.ts';
import { writer } from './records/write.ts';

export interface SalesforceOptions {
  /** `https://login.salesforce.com`, `https://test.salesforce.com` or your My Domain. */
  loginUrl: string;
  auth: SalesforceAuth;
  /** The playbook's crm.fields: Baton's name → API name; null: do not write. */
  fields: Record<string, string | null>;
  /** The rest of the playbook's crm. */
  rules: OrgRules;
  /** Default `64.0`. */
  apiVersion?: string;
  /** Unique external-id field on Lead and Task (and Contact, if it has one). Default `Baton_Handoff_Id__c`. */
  externalIdField?: string;
  clock?: Clock;
  /** Time limit of one call, body included. Default 20 s. */
  timeoutMs?: number;
  /** When a duplicate rule refuses and shows no record: save nevertheless (default) or park. */
  hiddenDuplicates?: 'save' | 'reject';
  /** People who log in themselves: their touches are written as theirs. */
  personalLogins?: PersonalLogins;
  /** Told the meters of every answer's `Sforce-Limit-Info`. */
  onUsage?: (usage: Record<string, Usage>) => void;
}

const TIMEOUT = 20 * SECOND;
const MOST_USERS = 100;

/** Connects to one org; nothing is called before the first question. */
export function salesforce(options: SalesforceOptions): Crm {
  const { loginUrl, auth, fields, apiVersion = '64.0', clock = systemClock, timeoutMs = TIMEOUT, onUsage } = options;
  const usageToday: DailyUsage = {};
  const reach = {
    loginUrl,
    apiVersion,
    timeoutMs,
    clock,
    onUsage: (usage: Record<string, Usage>) => {
      if (usage['api-usage']) Object.assign(usageToday, { ...usage['api-usage'], at: clock.now() });
      onUsage?.(usage);
    },
  };
  const session = openSession({ ...reach, auth, onOtherOrg: () => schema.forget() });
  const base = `/services/data/v${apiVersion}`;
  const schema = openSchema(session, base, clock);
  const org: Org = {
    session,
    clock,
    base,
    schema,
    accounts: openAccountTable(session, base, clock, schema),
    externalIdField: options.externalIdField ?? 'Baton_Handoff_Id__c',
    fields,
    rules: options.rules,
    hiddenDuplicates: options.hiddenDuplicates ?? 'save',
  };
  const [writeLead, writeAround] = [writer(org), accountWriter(org)];
  const sessionOf = options.personalLogins && personalSessions(options.personalLogins, reach);
  const [log, edit] = [toucher(org, sessionOf), recordEditor(org, sessionOf)];
  const poll = withDeleted(org, usageToday, poller(org, usageToday));
  const [setOwner, ownerGiven, setFields] = [ownerSetter(org), ownerHistory(org), fieldSetter(org)];
  const standings = standingsOf(org);
  return {
    name: SERVICE,
    traits: traitsOf(org.rules),
    match: matcher(org),
    async write(write) {
      const made = write.mode === 'account_based' ? writeAround(writeIn(write)) : writeLead(writeIn(write));
      return writtenOut(await made);
    },
    logTouch: async touch => loggedOut(await log(touchIn(touch))),
    removeTest: remover(org),
    hook: hook(org),
    parse: event => parseEvent(eventIn(event), org.externalIdField),
    async look(record) {
      const event = await look(org, recordIn(record));
      return event && eventOut(event);
    },
    poll: async (cursor, since) => pageOut(await poll(cursor, since)),
    async findRelocated(record) {
      const now = await currentRecord(org, personIn(record));
      return now && personOut(now);
    },
    setOwner: (record, ownerId) => setOwner(recordIn(record), ownerId),
    ownerGiven: (record, ownerId) => ownerGiven(recordIn(record), ownerId),
    async setFields(record, fields) {
      const done = await setFields(personIn(record), fields);
      return done && { warnings: done.warnings, ...(done.record && { record: personOut(done.record) }) };
    },
    editor: {
      read: record => edit.read(recordIn(record)),
      save: (record, changes, writeAs) => edit.save(recordIn(record), changes, writeAs),
    },
    standings: records => standings(records.map(personIn)),
    users: emails => users(org, emails),
    setup: { deploy: deployer(org, timeoutMs), inspect: inspector(org) },
    recordIdsIn: idsIn,
    async recordUrl(record) {
      const { object, id } = recordIn(record);
      return `${await session.instanceUrl()}/lightning/r/${object}/${encodeURIComponent(id)}/view`;
    },
  };
}

/** Users by e-mail; of several with one address the active come first. */
async function users(org: Org, emails: readonly string[]): Promise<CrmUser[]> {
  const wanted = [...new Set(emails.map(email => email.trim().toLowerCase()).filter(Boolean))];
  const soql: string[] = [];
  for (let from = 0; from < wanted.length; from += MOST_USERS) {
    const some = list(wanted.slice(from, from + MOST_USERS));
    soql.push(`SELECT Id, Email, Name, IsActive FROM User WHERE Email IN ${some} ORDER BY IsActive DESC, Id ASC`);
  }
  const rows = await queries(org, soql);
  return rows.flat().map(toUser);
}

function toUser(row: Row): CrmUser {
  return {
    id: to18(String(row.Id)),
    email: String(row.Email).toLowerCase(),
    name: String(row.Name ?? ''),
    active: row.IsActive === true,
  };
}
