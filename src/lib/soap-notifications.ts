/**
 * Outbound messages of a CRM's flows (SOAP 1.1, up to 100 notifications). Values are the text that was sent: a phone
 * number of digits stays one. A field that is null is not sent at all, so "absent" says nothing about the record.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { BadInput } from './errors.ts';

/** One record that a message tells of; ids and names as they were sent. */
export interface SoapNotification {
  key: string;
  /** Absent: the record was deleted before the message left. */
  record?: { object: string; id: string };
  fields: Record<string, string>;
}

export interface SoapMessage {
  organization: string;
  notifications: SoapNotification[];
}

const MOST_NOTIFICATIONS = 100;
/** Each notification with 250 fields, opened and closed. */
const MOST_TAGS = 50_000;
/** A record has two, and the envelope some. */
const MOST_ATTRIBUTES = 5_000;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: name => name === 'Notification',
});

/**
 * What was told in one message. Pure.
 * @throws BadInput for what is no outbound message: the answer must then not be an Ack
 */
export function readSoapMessage(body: Buffer): SoapMessage {
  const xml = body.toString('utf8').replace(/^\ufeff/, '');
  if (/<!DOCTYPE/i.test(xml)) throw new BadInput('an outbound message has no document type');
  const { tags, attributes } = sizeOf(xml);
  if (tags > MOST_TAGS || attributes > MOST_ATTRIBUTES) {
    throw new BadInput(`an outbound message is smaller: this one has ${tags} tags and ${attributes} attributes`);
  }
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new BadInput(`this is not XML: ${valid.err.msg} (line ${valid.err.line})`);
  const notifications = childOf(childOf(childOf(parse(xml), 'Envelope'), 'Body'), 'notifications');
  const list = notifications?.Notification;
  const organization = textOf(notifications?.OrganizationId);
  if (!notifications || !Array.isArray(list) || !organization) {
    throw new BadInput('this is not an outbound message: it has no notifications of an organization');
  }
  if (list.length > MOST_NOTIFICATIONS) {
    throw new BadInput(`an outbound message has at most ${MOST_NOTIFICATIONS} notifications, this one ${list.length}`);
  }
  return { organization, notifications: list.map(notificationOf) };
}

/** What the sender wants to hear once everything is stored; anything else makes it send the whole message again. */
export const SOAP_ACCEPTED = {
  contentType: 'text/xml; charset=utf-8',
  body:
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
    '</soapenv:Body></soapenv:Envelope>',
};

/** Before any parser sees it: that takes seconds for some hundred thousand of either. */
function sizeOf(xml: string): { tags: number; attributes: number } {
  let [tags, attributes] = [0, 0];
  for (const [tag] of xml.matchAll(/<[^<>]*>/g)) {
    tags += 1;
    attributes += tag.split('=').length - 1;
  }
  return { tags, attributes };
}

type Element = Record<string, unknown>;

function parse(xml: string): Element {
  try {
    return parser.parse(xml) as Element;
  } catch (error) {
    // Depth bombs and reserved names, which the validator lets pass.
    throw new BadInput(`this XML cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function notificationOf(notification: unknown): SoapNotification {
  const given = elementOf(notification);
  const key = textOf(given?.Id);
  if (!given || !key) throw new BadInput('a notification has no Id');
  const record = elementOf(given.sObject);
  const id = textOf(record?.Id);
  const type = textOf(record?.['@type']);
  // A record that was deleted before the message left comes without data.
  if (!record || !id || !type) return { key, fields: {} };
  const fields = Object.entries(record).flatMap(([name, value]) => {
    const text = name.startsWith('@') || name === 'Id' ? undefined : textOf(value);
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    key,
    record: { object: type.replace(/^.*:/, ''), id },
    fields: Object.fromEntries(fields),
  };
}

function childOf(parent: Element | undefined, name: string): Element | undefined {
  return elementOf(parent?.[name]);
}

function elementOf(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : undefined;
}

/** The text of an element, with or without attributes; undefined when it is nil, empty or holds other elements. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  const element = elementOf(value);
  return element && typeof element['#text'] === 'string' ? textOf(element['#text']) : undefined;
}
