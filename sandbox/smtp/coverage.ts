import type { Coverage } from '../coverage.ts';

/** The commands of a mail server (RFC 5321, RFC 4954), whose endpoints are words instead of addresses. */
export const coverage: Coverage = {
  'CONNECT /': { covers: 'a greeting' },
  'EHLO|HELO /': {
    covers: 'what the server can do',
    leavesOut: 'STARTTLS: there is nobody on the loopback to listen in',
  },
  'AUTH /': { covers: 'PLAIN and LOGIN, by user and password', refuses: 'a wrong user or password (535)' },
  'MAIL /': { covers: 'any sender', refuses: 'whoever is not logged in (530)' },
  'RCPT /': {
    covers: 'any recipient',
    refuses: 'what is no address',
    leavesOut: 'mailboxes that are not there: a fault says so',
  },
  'DATA /': {
    covers: 'a mail, kept as it came',
    refuses: 'more than 10 MB (552)',
    leavesOut: 'delivery; a mail comes back when a control says so',
  },
  'RSET|NOOP|QUIT /': { covers: 'as everywhere' },
  'VRFY|HELP|STARTTLS|XCLIENT|XFORWARD /': { absent: 'commands that Baton has no use for (500)' },
};
