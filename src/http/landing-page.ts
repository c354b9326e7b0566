/** What whoever thinks of adding Baton to Slack reads first. Pure. */
import { stylesOf } from './styles.ts';

const css = stylesOf('landing-page');

/** The mark, drawn in place: the page loads nothing. */
const mark = (size: number): string =>
  `<svg width="${size}" height="${size}" viewBox="0 0 24 24" aria-hidden="true"><rect class="g" width="24" height="24" rx="6.5"/>` +
  '<path class="w" d="M3.2.9 23.1 20.8l-2.3 2.3L.9 3.2z"/></svg>';

const ADD = '<a class="btn slack" href="/slack/install">Add to Slack</a>';

export const LANDING = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>From MQL to a call, in Slack · Baton</title><style>${css}</style></head><body>
<a class="skip" href="#main">Skip to content</a>
<header class="deep"><div class="wrap topline"><a class="brand" href="/">${mark(24)}Baton</a><a href="#how">How it works</a><a href="/security">Security</a><a href="/support">Support</a></div></header>
<main id="main"><div class="hero"><div class="wrap pitch"><div><h1>Hot lead in. Call made.</h1>
<p>Baton hands every marketing-qualified lead to the right rep in Slack within seconds, writes it to your CRM, and stays on it until someone calls.</p>
${ADD}<p class="soft">Until you connect your marketing platform and your CRM, it does nothing to any lead.</p></div>
<div class="msg">${mark(40)}<div><p><b>Baton</b> <small>App · 6:06 PM</small></p><h2>Emma Thompson · Acme Corp</h2>
<ul><li>VP Operations · <b>HIGH</b></li><li><b>Contact today by 7:06 PM</b></li><li>Pricing page today, after a webinar</li><li>+1 415 555 0134</li><li class="soft">750 people · Technology · San Francisco</li><li class="soft">Score 63, fit 100</li></ul>
<p class="fake" aria-label="Buttons on the card: Claim, Log call, Email"><span class="go">Claim</span><span>Log call</span><span>Email</span></p></div></div></div></div>
<section class="wrap band" id="how"><h2>Everybody sees the same lead</h2><div class="three">
<div class="who"><h3>Reps call</h3><p>One card a lead: who, why now, the number, the deadline. Log the call on the card; the CRM follows.</p></div>
<div class="who"><h3>Managers step in, rarely</h3><p>A message while a lead can still be saved, with one button that hands it to whoever is free.</p></div>
<div class="who"><h3>Marketing sees the rest</h3><p>What became of every MQL, and why it went where it went.</p></div></div></section>
<section class="wrap band"><h2>Three steps</h2><ol class="three nth">
<li class="who"><h3>Add to Slack</h3><p>Baton writes to you and opens its Home tab.</p></li>
<li class="who"><h3>Connect</h3><p>Your marketing platform and your CRM, each by signing in there or with a key of yours.</p></li>
<li class="who"><h3>Choose who gets what</h3><p>Name your people, teams and rules; every decision tells its reason.</p></li></ol></section>
<section class="wrap band"><h2>What Baton may do in Slack</h2><div class="three">
<div class="who"><h3>It does</h3><p>Write to people and channels you choose, read names, e-mail addresses and time zones, find its own messages again, and answer <code>/mql</code> and what you write to it.</p></div>
<div class="who"><h3>It does not</h3><p>Keep what people say in channels, train anything on your data, or send leads to an AI model.</p></div>
<div class="who"><h3>When you leave</h3><p>Remove the app: keys are deleted at once, everything else after 30 days. <a href="/privacy">Privacy</a> says exactly which.</p></div></div>
<p>${ADD}</p></section></main>
<footer class="foot wrap"><a href="/privacy">Privacy</a><a href="/security">Security</a><a href="/support">Support</a><a href="/docs/operating.md">Run it yourself</a></footer></body></html>`;
