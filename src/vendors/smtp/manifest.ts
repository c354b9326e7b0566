/** A mail server over SMTP, declared. */
import { z } from 'zod';
import type { Vendor } from '../vendor.ts';
import { smtp } from './mailer.ts';

export const SMTP: Vendor = {
  name: 'smtp',
  label: 'Mail (SMTP)',
  roles: {
    mailer: {
      make: ({ settings }) => (settings.SMTP_URL ? smtp({ url: settings.SMTP_URL }) : undefined),
    },
  },
  variables: {
    SMTP_URL: {
      schema: z
        .string()
        .regex(/^smtps?:\/\/[^\s/]/, 'must be smtp://user:password@host:587 or smtps://user:password@host:465')
        .optional(),
      help: 'Mail server through which reps answer leads; left out, the Email button opens their own mail program.',
      placeholder: 'smtps://baton:secret@mail.your-company.example:465',
    },
  },
  advice: { connect: 'Set SMTP_URL.', refused: 'Correct user and password in SMTP_URL.' },
};
