/** The script that pages load to tell Baton of their forms: GET /form.js. Pure. */

/** An embedded form's vendor, as its manifest declares it. */
export interface PageEmbed {
  /** The vendor's name. */
  name: string;
  forms: string;
  listen: string;
}

/** What a page may hold: where its forms go, and the signed time it was asked for. */
export interface SnippetGiven {
  address: string;
  time: string;
  embeds: readonly PageEmbed[];
}

/**
 * At most 5 kB, without any dependency. It remembers the last ten paths and what brought the visitor for as long as the
 * tab is open, sets no cookie, and sends only when a form is sent: one of a vendor's embeds, heard by its events, or any
 * other with an e-mail field and no password. A form that is posted to the page address itself gets the same along, in
 * hidden fields. `data-baton="off"` leaves a form alone.
 */
export function snippet({ address, time, embeds }: SnippetGiven): string {
  const list = embeds.map(({ name, forms, listen }) => `[${JSON.stringify(name)},${JSON.stringify(forms)},${listen}]`);
  return `(()=>{"use strict";
const A=${JSON.stringify(address)},T=${JSON.stringify(time)},E=[${list.join(',')}],N=E.map(e=>e[1]).join(',')||'x-none';
let M={};
const load=()=>{try{return JSON.parse(sessionStorage.getItem('baton'))||M}catch{return M}};
const keep=s=>{M=s;try{sessionStorage.setItem('baton',JSON.stringify(s))}catch{}};
const CAMPAIGN='utm_source utm_medium utm_campaign utm_term utm_content gclid fbclid msclkid li_fat_id'.split(' ');
function look(){const s=load(),p=s.p||[],l=p[p.length-1];
if(!l||l[0]!==location.pathname)s.p=[...p,[location.pathname,Date.now()]].slice(-10);
const q=new URLSearchParams(location.search),c={};
for(const k of CAMPAIGN){const v=q.get(k);if(v)c[k]=v.slice(0,300)}
if(Object.keys(c).length){s.c=c;s.f=s.f||c}
const r=document.referrer;if(r&&!s.r&&!r.startsWith(location.origin))s.r=r.slice(0,500);
keep(s);return s}
function along(){const s=look(),x={page:location.origin+location.pathname,referrer:s.r,t:T,
submission_id:crypto.randomUUID?crypto.randomUUID():Date.now()+'-'+Math.random(),
_pages:JSON.stringify((s.p||[]).map(([p,a])=>[p,Math.round((Date.now()-a)/1000)])),...s.c};
for(const k in s.f)if(s.f[k]!==s.c[k])x['first_'+k]=s.f[k];
return Object.entries(x).filter(([,v])=>v)}
function send(values,form,embed){const b=new URLSearchParams();
for(const[k,v]of Object.entries(values))if(v!=null&&v!=='')b.append(k,Array.isArray(v)?v.join(';'):v);
for(const[k,v]of along())b.set(k,v);
if(form)b.set('_form',form);if(embed)b.set('_embed',embed);
const go=n=>fetch(A,{method:'POST',body:b,keepalive:true,credentials:'omit'})
.then(r=>{if(r.status>499)throw r}).catch(()=>{if(n)setTimeout(go,3e3,n-1)});go(2)}
const nameOf=f=>f.getAttribute('data-name')||f.getAttribute('name')||f.id||document.title;
const isOurs=f=>f.action===A;
function field(f,k,v){if([...f.elements].some(e=>e.name===k))return;
const i=document.createElement('input');i.type='hidden';i.name=k;i.value=v;f.append(i);return i}
for(const f of document.forms)if(isOurs(f)){const i=field(f,'website_url_hp','');
if(i){i.type='text';i.tabIndex=-1;i.autocomplete='off';i.setAttribute('aria-hidden','true');i.style.cssText='position:absolute;left:-9999px'}}
document.addEventListener('submit',e=>{const f=e.target;
if(!(f instanceof HTMLFormElement)||f.dataset.baton==='off'||f.closest(N)||f.querySelector('[type=password]'))return;
if(isOurs(f)){for(const[k,v]of along())field(f,k,v);field(f,'_form',nameOf(f));return}
if(!f.querySelector('[type=email],[name*=email i]'))return;
const v={};for(const[k,x]of new FormData(f)){
if(typeof x!=='string'||/csrf|token$|nonce|passw|card|cvc|cvv/i.test(k))continue;v[k]=v[k]?v[k]+';'+x:x}
send(v,nameOf(f))});
look();
for(const[n,,listen]of E)try{listen((v,f)=>send(v,f,n))}catch{}
})();
`;
}
