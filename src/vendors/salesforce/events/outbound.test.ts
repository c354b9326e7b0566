import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BadInput } from '../../../lib/errors.ts';
import { readOutbound } from './outbound.ts';

/** Shapes as Salesforce's documentation and messages of real orgs have them; ids and values are made up. */
function envelope(notifications: string, head = '<?xml version="1.0" encoding="UTF-8"?>'): Buffer {
  return Buffer.from(
    `${head}<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${notifications}</soapenv:Body></soapenv:Envelope>`,
  );
}

const ORG = '00D5w000004qGTO';

function notifications(list: string, org = ORG): string {
  return `<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${org}</OrganizationId><ActionId>04k000000000001AAA</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>https://example.my.salesforce.com/c</EnterpriseUrl><PartnerUrl>https://example.my.salesforce.com/u</PartnerUrl>${list}</notifications>`;
}

function notification(id: string, sObject: string): string {
  return `<Notification><Id>${id}</Id>${sObject}</Notification>`;
}

const task = (fields: string, attributes = 'xsi:type="sf:Task" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"') =>
  `<sObject ${attributes}>${fields}</sObject>`;

const CALL = task(
  '<sf:Id>00T000000000001</sf:Id><sf:CallDurationInSeconds>312</sf:CallDurationInSeconds><sf:Description>Pricing &amp; &lt;timeline&gt;</sf:Description><sf:Status>Completed</sf:Status><sf:TaskSubtype>Call</sf:TaskSubtype><sf:WhoId>00Q000000000001</sf:WhoId>',
);

describe('readOutbound', () => {
  it('reads the organization, the records and their fields as text, ids in their long form', () => {
    const message = readOutbound(envelope(notifications(notification('04l000000000001', CALL))));
    assert.equal(message.organization, '00D5w000004qGTOEA2');
    assert.deepEqual(message.events, [
      {
        key: '04l000000000001AAA',
        record: { object: 'Task', id: '00T000000000001EAA' },
        fields: {
          CallDurationInSeconds: '312',
          Description: 'Pricing & <timeline>',
          Status: 'Completed',
          TaskSubtype: 'Call',
          WhoId: '00Q000000000001',
        },
      },
    ]);
  });

  it('keeps digits as they were sent', () => {
    const fields = '<sf:Id>00Q000000000001AAA</sf:Id><sf:Phone>0012025550100</sf:Phone><sf:Code__c>1e5</sf:Code__c>';
    const [event] = readOutbound(envelope(notifications(notification('04l1', task(fields))))).events;
    assert.deepEqual(event?.fields, { Phone: '0012025550100', Code__c: '1e5' });
  });

  const same: [why: string, body: Buffer][] = [
    [
      'indented',
      Buffer.from(
        envelope(notifications(notification('04l000000000001', CALL)))
          .toString()
          .replaceAll('><', '>\n   <'),
      ),
    ],
    [
      'a byte order mark',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), envelope(notifications(notification('04l000000000001', CALL)))]),
    ],
    ['no declaration', envelope(notifications(notification('04l000000000001', CALL)), '')],
    [
      'standalone',
      envelope(
        notifications(notification('04l000000000001', CALL)),
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
      ),
    ],
    [
      'the namespace before the type',
      envelope(
        notifications(
          notification(
            '04l000000000001',
            CALL.replace(/xsi:type="sf:Task" (xmlns:sf="[^"]*")/, '$1 xsi:type="sf:Task"'),
          ),
        ),
      ),
    ],
    [
      'another prefix',
      envelope(
        notifications(
          notification('04l000000000001', CALL.replaceAll('sf:', 'ns2:').replace('xmlns:ns2:', 'xmlns:ns2=')),
        ).replace('xmlns:ns2=="', 'xmlns:ns2="'),
      ),
    ],
    [
      'fields in another order',
      envelope(
        notifications(
          notification('04l000000000001', CALL.replace(/(<sf:Id>.*?<\/sf:Id>)(.*)(<\/sObject>)/, '$2$1$3')),
        ),
      ),
    ],
  ];
  for (const [why, body] of same) {
    it(`reads the same whatever the form: ${why}`, () => {
      const [event] = readOutbound(body).events;
      assert.deepEqual(event?.record, { object: 'Task', id: '00T000000000001EAA' });
      assert.equal(event.fields.CallDurationInSeconds, '312');
    });
  }

  it('reads a hundred notifications, refuses more', () => {
    const many = (count: number) =>
      envelope(notifications(Array.from({ length: count }, (_, at) => notification(`04l${at}`, CALL)).join('')));
    assert.equal(readOutbound(many(100)).events.length, 100);
    assert.throws(() => readOutbound(many(101)), BadInput);
  });

  it('a nil or empty field is absent; a packaged object keeps its name; a deleted record has no data', () => {
    const fields = '<sf:Id>a00000000000001AAA</sf:Id><sf:Description xsi:nil="true"/><sf:Subject></sf:Subject>';
    const packaged = task(fields, 'xsi:type="sf:ns__Shipment__c" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"');
    const list = notification('04l1', packaged) + notification('04l2', '<sObject xsi:nil="true"/>');
    assert.deepEqual(readOutbound(envelope(notifications(list))).events, [
      { key: '04l1', record: { object: 'ns__Shipment__c', id: 'a00000000000001AAA' }, fields: {} },
      { key: '04l2', fields: {} },
    ]);
  });

  const refused: [why: string, body: string][] = [
    ['nothing', ''],
    ['no XML', 'Ack=true'],
    ['JSON', '{"notifications": []}'],
    ['an element that is not closed', envelope(notifications('<Notification><Id>1</Notification>')).toString()],
    [
      'a document type',
      `<!DOCTYPE x [<!ENTITY a "b">]>${envelope(notifications(notification('04l1', CALL)), '').toString()}`,
    ],
    ['another SOAP call', envelope('<login xmlns="urn:enterprise.soap.sforce.com"/>').toString()],
    ['no organization', envelope(notifications(notification('04l1', CALL), '')).toString()],
    ['no notification', envelope(notifications('')).toString()],
    ['a notification without id', envelope(notifications(`<Notification>${CALL}</Notification>`)).toString()],
    [
      'a reserved name',
      envelope(notifications(notification('04l1', task('<sf:__proto__>x</sf:__proto__>')))).toString(),
    ],
  ];
  for (const [why, body] of refused) {
    it(`refuses ${why}`, () => {
      assert.throws(() => readOutbound(Buffer.from(body)), BadInput);
    });
  }

  it('reads or refuses anything, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map(text => envelope(notifications(text)).toString()),
        ),
        text => {
          try {
            readOutbound(Buffer.from(text));
          } catch (error) {
            assert.ok(error instanceof BadInput, String(error));
          }
        },
      ),
    );
  });
});
