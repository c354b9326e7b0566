/** The notice by which another mail server gives a mail back (RFC 3464). */
import type { Received } from './received.ts';

export function bounceOf(
  { raw, envelope, messageId }: Received,
  { to, status, action, why }: { to: string; status: string; action: 'failed' | 'delayed'; why: string },
): string {
  const [head = ''] = raw.replaceAll('\r\n', '\n').split('\n\n');
  return [
    'From: Mail Delivery Subsystem <mailer-daemon@mail.sandbox.example>',
    `To: ${envelope.from}`,
    `Subject: Delivery Status Notification (${action === 'failed' ? 'Failure' : 'Delay'})`,
    'Auto-Submitted: auto-replied',
    `In-Reply-To: ${messageId}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    why,
    '--part',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.sandbox.example',
    '',
    `Final-Recipient: rfc822; ${to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550-${status} ${why}`,
    '',
    '--part',
    'Content-Type: text/rfc822-headers',
    '',
    head,
    '',
    '--part--',
    '',
  ].join('\r\n');
}
