/** A company's website and its form tools: forms are filled in, and sent as each of them sends. */
import { Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Handler, ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';
import { KEYS, SENDERS, type SenderName, send } from './senders.ts';

const fieldsInput = z.record(z.string(), z.coerce.string());
/** The playbook of the repository allows it. */
const ORIGIN = 'https://www.example.com';

export const form: ServiceFactory = context => {
  const script = () => `<script src="${context.appUrl()}/form.js?key=${KEYS.form}" defer></script>`;
  const demo: Handler = (_req, res) => {
    const { form: key } = KEYS;
    res
      .type('html')
      .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ask for a demo</title></head><body>
<form id="own" name="Newsletter" onsubmit="event.preventDefault();this.dataset.sent='yes'">
<input type="email" name="email" aria-label="E-mail"><input name="first_name" aria-label="First name"><input name="company" aria-label="Company">
<select name="timeline" aria-label="When"><option>later</option><option>now</option></select><button>Send</button></form>
<form id="posted" name="Demo request" method="post" action="${context.appUrl()}/hooks/${key}/form">
<input type="email" name="email" aria-label="Work e-mail"><input name="name" aria-label="Name"><input name="company" aria-label="Your company">
<input type="hidden" name="use_case" value="demo"><input type="hidden" name="_redirect" value="/form/thanks"><button>Ask</button></form>
${script()}</body></html>`);
  };
  const pricing: Handler = (_req, res) => {
    res
      .type('html')
      .send(`<!doctype html><html lang="en"><head><title>Pricing</title></head><body>Pricing${script()}</body></html>`);
  };
  const thanks: Handler = (_req, res) => {
    res
      .type('html')
      .send('<!doctype html><html lang="en"><head><title>Thanks</title></head><body>Thanks</body></html>');
  };
  const missing: Handler = (_req, res) => void res.status(404).type('html').send('<title>Not found</title>');

  return {
    name: 'form',
    coverage,
    handlers: { 'GET /demo': demo, 'GET /pricing': pricing, 'GET /thanks': thanks },
    otherwise: missing,
    sample: () => ({ headers: {}, params: {} }),
    control: controls(),
    reset() {},
    env: () => ({ FORM_KEY: KEYS.form }),
  };

  function controls(): Router {
    const router = Router();
    /** Somebody fills in a form: on a page, or `by` a tool; answers what the page or tool heard. */
    router.post('/contacts', async (req, res) => {
      const fields = read(fieldsInput, req.body, res);
      const by = String(req.query.by ?? 'page');
      if (!fields) return;
      if (!Object.hasOwn(SENDERS, by)) return void res.status(400).json({ error: `no form is sent by ${by}` });
      const origin = String(req.query.origin ?? ORIGIN);
      const now = context.clock.now();
      res.json(await send(context, SENDERS[by as SenderName](fields, { origin, hookKey: context.hookKey, now })));
    });
    return router;
  }
};
