/** Outbound messages of Salesforce flows, with ids as the rest of this folder has them. */
import { readSoapMessage, SOAP_ACCEPTED } from '../../../lib/soap-notifications.ts';
import { to18 } from '../api/ids.ts';
import type { OrgMessage } from '../api/objects.ts';

/** What Salesforce wants to hear once everything is stored. */
export const ACCEPTED = SOAP_ACCEPTED;

/**
 * What Salesforce told in one message.
 * @throws BadInput for what is no outbound message: the answer must then not be an Ack
 */
export function readOutbound(body: Buffer): OrgMessage {
  const { organization, notifications } = readSoapMessage(body);
  return {
    organization: to18(organization),
    events: notifications.map(({ key, record, fields }) => ({
      key: to18(key),
      ...(record && { record: { object: record.object, id: to18(record.id) } }),
      fields,
    })),
  };
}
