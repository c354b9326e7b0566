/** Names of companies, as people type them and as registers have them. */

/** What says how a company is constituted, not which it is. */
const LEGAL_FORMS = new Set(
  `ab ag aps as asa bv bvba co company corp corporation cv doo eg ek ev gbr gmbh ggmbh inc incorporated kft kg kgaa
   kk lda limited llc llp lp ltd ltda mbh nv ohg ooo oy oyj plc private pt pte pty pvt sa sab sapi sarl sas sasu sc
   scs se sl slu snc spa spzoo srl srls sro ug zrt ооо оао зао пао ао`.split(/\s+/),
);
/** The same in scripts that put no blank before it. */
const LEGAL_MARKS = /株式会社|有限会社|合同会社|有限公司|股份有限公司|주식회사|㈜|\(주\)/g;

/** Letters that are written out where they are missing on a keyboard. */
const SPELT: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/**
 * A company's name without case, accents, punctuation and legal form: "ACME Corp." and "Acme Corporation" are one.
 * Empty for a name that says nothing.
 */
export function companyKey(name: string | undefined): string {
  return core(words(name ?? '')).join(' ');
}

function words(name: string): string[] {
  const folded = name
    .normalize('NFKD')
    .replace(LEGAL_MARKS, ' ')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, letter => SPELT[letter] ?? letter)
    .replace(/(?<=\p{L})['’‘`´](?=\p{L})/gu, '')
    // "A.C.M.E." and "A/S" are words.
    .replace(/(?<![\p{L}\p{N}])\p{L}(?:[./]\p{L})+(?![\p{L}\p{N}])/gu, letters => letters.replace(/[./]/g, ''))
    .replace(/[&+]/g, ' and ');
  return folded
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .replace(/\bsp z (?:oo|o o)\b/g, 'spzoo')
    .split(' ')
    .filter(Boolean);
}

/** Something is always left: a company may be called "The Company". */
function core(found: readonly string[]): string[] {
  const left = [...found];
  if (left.length > 1 && left[0] === 'the') left.shift();
  while (left.length > 1 && (LEGAL_FORMS.has(left.at(-1) ?? '') || left.at(-1) === 'and')) left.pop();
  if (left.length > 1 && LEGAL_FORMS.has(left[0] ?? '') && /^(?:ooo|ооо|оао|зао|пао|ао|pt)$/.test(left[0] ?? ''))
    left.shift();
  return left;
}
