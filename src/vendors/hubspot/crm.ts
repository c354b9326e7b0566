/** HubSpot as a CRM, for one account. */

import type { Crm } from '../../contracts/crm.ts';
import type { CallBudget } from '../../contracts/shared-calls.ts';
import type { CallMeter } from '../../domain/api-quota.ts';
import { type Clock, SECOND, systemClock } from '../../lib/clock.ts';
import { api } from './api/api.ts';
import { SERVICE } from './api/errors.ts';
import { verifySignature } from './api/signature.ts';
import { readDelivery } from './events/hook.ts';
import { findRelocated, look } from './events/look.ts';
import { parseEvent } from './events/parse.ts';
import { poller } from './events/poll.ts';
import { idsIn, pathOf } from './portal/ids.ts';
import { type HubspotRules, type Portal, rememberedContacts } from './portal/portal.ts';
import { openRecords } from './portal/records.ts';
import { openSchema } from './portal/schema.ts';
import { recordEditor } from './records/edit.ts';
import { matcher } from './records/match.ts';
import { ownerGiven, setOwner } from './records/owner.ts';
import { remover } from './records/remove-test.ts';
import { fieldSetter } from './records/set-fields.ts';
import { toucher } from './records/touch.ts';
import { usersBy } from './records/users.ts';
import { writer } from './records/write.ts';
import { deployer } from './setup/deploy.ts';
import { inspector } from './setup/inspect.ts';
import { TRAITS } from './traits.ts';

export interface HubspotCrmOptions {
  /** `https://api.hubapi.com`. */
  apiUrl: string;
  /** The version in the paths: `2026-03`, or `v3` for the old forms. */
  apiVersion: string;
  /** Where people open it; `{domain}` stands for the host that the account says. */
  webUrl: string;
  /** Asked for before every call: the token may have been renewed meanwhile. */
  accessToken: () => Promise<string>;
  /** What the app's webhooks are signed with; absent: the key in their address is the proof. */
  clientSecret?: string;
  rules: HubspotRules;
  clock?: Clock;
  timeoutMs?: number;
  budget?: CallBudget;
  onUsage?(meter: CallMeter | undefined): void;
  /** Milliseconds between two rounds of polling. */
  pollEvery?: number;
}

/** Nothing is called before the first question. */
export function hubspotCrm(options: HubspotCrmOptions): Crm {
  const { rules, clientSecret, clock = systemClock, timeoutMs = 10 * SECOND, onUsage } = options;
  const { apiUrl, apiVersion, accessToken, budget } = options;
  const calls = api({
    apiUrl,
    apiVersion,
    accessToken,
    clock,
    timeoutMs,
    ...(onUsage && { onUsage }),
    ...(budget && { budget }),
  });
  const schema = openSchema(calls, clock);
  const portal: Portal = {
    api: calls,
    schema,
    records: openRecords(calls),
    rules,
    clock,
    contactOfLead: rememberedContacts(),
  };
  return {
    name: SERVICE,
    traits: TRAITS,
    match: matcher(portal),
    write: writer(portal),
    logTouch: toucher(portal),
    removeTest: remover(portal),
    users: emails => usersBy(portal, emails),
    hook: {
      ...(clientSecret !== undefined && { verify: (request, now) => verifySignature(request, clientSecret, now) }),
      read: readDelivery,
    },
    parse: parseEvent,
    look: record => look(portal, record),
    findRelocated: (record, heard) => findRelocated(portal, record, heard),
    poll: poller(portal, options.pollEvery),
    ownerGiven: (record, ownerId) => ownerGiven(portal, record, ownerId),
    setOwner: (record, ownerId) => setOwner(portal, record, ownerId),
    setFields: fieldSetter(portal),
    editor: recordEditor(portal),
    setup: { deploy: deployer(portal), inspect: inspector(portal, clientSecret !== undefined) },
    recordIdsIn: idsIn,
    async recordUrl(record) {
      const { portalId, uiDomain } = await schema.account();
      return `${options.webUrl.replace('{domain}', uiDomain).replace(/\/+$/, '')}${pathOf(portalId, record)}`;
    },
  };
}
