/** HubSpot's forms in other pages: what the page hears of them. */
import type { FormEmbed } from '../vendor.ts';

/**
 * Forms of the newer editor fire an event of the window and are asked for their fields, which are named `0-1/email`; the
 * older embed posts a message, from its frame or from the page itself. Only one of the two happens for one form. The
 * global has been seen in both spellings.
 */
export const HUBSPOT_EMBED: FormEmbed = {
  forms: '.hs-form,.hs-form-private,.hs-form-html',
  listen: `send=>{
addEventListener('hs-form-event:on-submission:success',async e=>{
const api=window.HubSpotFormsV4||window.HubspotFormsV4,f=api&&api.getFormFromEvent(e);
if(!f)return;const v={};for(const x of await f.getFormFieldValues())v[x.name]=x.value;
send(v,f.getFormId())});
addEventListener('message',e=>{const d=e.data;
if(!d||d.type!=='hsFormCallback'||d.eventName!=='onFormSubmitted'||!d.data)return;
if(e.origin!==location.origin&&!/^https:\\/\\/([\\w-]+\\.)*(hubspot|hsforms)\\.(com|net)$/.test(e.origin))return;
send(d.data.submissionValues||{},d.id)})}`,
};
