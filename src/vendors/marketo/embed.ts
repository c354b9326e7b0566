/** Marketo's Forms 2.0 in other pages: what the page hears of them. */
import type { FormEmbed } from '../vendor.ts';

/** The library may load after us. Whatever `onSuccess` returns but `false` lets the form go on to its follow-up page. */
export const MARKETO_EMBED: FormEmbed = {
  forms: '.mktoForm',
  listen: `send=>{let tries=0;(function look(){
const m=window.MktoForms2;if(!m){if(++tries<60)setTimeout(look,500);return}
m.whenReady(f=>f.onSuccess(v=>{send(v,f.getId())}))})()}`,
};
