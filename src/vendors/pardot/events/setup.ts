/** What an admin makes in Salesforce so that crossings are told at once. */
import type { HookSetup } from '../../../contracts/hook.ts';

const FIELDS = 'Email, pi__score__c, pi__grade__c, pi__url__c, pi__Pardot_Last_Scored_At__c (and Company of leads)';

export function hookSetup(address: string): HookSetup {
  return {
    steps: [
      'Account Engagement itself calls no address: *an automation rule or completion action with a webhook does not exist*, whatever articles say. Its connector writes the score to Salesforce within minutes, and a flow there tells Baton.',
      'Where Salesforce is Baton’s CRM, *Set up Salesforce* under *Health* makes that flow, if the org has the connector’s fields: then nothing of the next two steps is left to do.',
      `By hand: in Salesforce, *Setup › Outbound Messages › New* for *Lead*, and again for *Contact*: the address below as Endpoint URL, fields ${FIELDS}.`,
      '*Setup › Flows › New › Record-Triggered Flow* for each of the two: when a record is *created or updated*, condition *pi__score__c Is Changed = True* and *pi__url__c Is Null = False*, optimize for *Actions and Related Records*, one action: your outbound message. Activate it.',
      'Leave it out, and Baton asks for changed prospects every five minutes: that finds prospects that are not synced, too, and never doubles what a flow told.',
    ],
    values: [{ label: 'Address', value: address, secret: true }],
  };
}
