/** Countries by name or code, and the sales regions they belong to. Pure data; no look-up ever throws. */

const EUROPEAN_UNION = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
const OTHER_EUROPE = 'AD AL AX BA BY CH FO GB GG GI GL IM IS JE LI MC MD ME MK NO RS RU SJ SM UA VA XK'.split(' ');
const MIDDLE_EAST = 'AE AM AZ BH CY EG GE IL IQ IR JO KW LB OM PS QA SA SY TR YE'.split(' ');
const AFRICA = (
  'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG ' +
  'RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW'
).split(' ');
const ANZ = ['AU', 'NZ'];
const ASIA = 'AF BD BN BT CN HK ID IN IO JP KG KH KP KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TW UZ VN'.split(
  ' ',
);
const PACIFIC = 'AS CC CK CX FJ FM GU HM KI MH MP NC NF NR NU PF PG PN PW SB TK TO TV UM VU WF WS'.split(' ');
const NORTH_AMERICA = ['US', 'CA'];
const LATIN_AMERICA = (
  'AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE ' +
  'PR PY SR SV SX TC TT UY VC VE VG VI'
).split(' ');
const NORDICS = ['DK', 'FI', 'IS', 'NO', 'SE', 'AX', 'FO', 'GL'];

/** Every region a playbook may name, with its countries (ISO 3166-1 alpha-2). */
export const REGIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  EMEA: new Set([...EUROPEAN_UNION, ...OTHER_EUROPE, ...MIDDLE_EAST, ...AFRICA]),
  EUROPE: new Set([...EUROPEAN_UNION, ...OTHER_EUROPE]),
  EU: new Set(EUROPEAN_UNION),
  DACH: new Set(['DE', 'AT', 'CH']),
  BENELUX: new Set(['BE', 'NL', 'LU']),
  NORDICS: new Set(NORDICS),
  UKI: new Set(['GB', 'IE', 'GG', 'IM', 'JE']),
  MENA: new Set([...MIDDLE_EAST, 'DZ', 'LY', 'MA', 'SD', 'TN']),
  AFRICA: new Set(AFRICA),
  APAC: new Set([...ASIA, ...PACIFIC, ...ANZ]),
  ANZ: new Set(ANZ),
  AMER: new Set([...NORTH_AMERICA, ...LATIN_AMERICA, 'BM', 'PM']),
  NA: new Set([...NORTH_AMERICA, 'BM', 'PM']),
  LATAM: new Set(LATIN_AMERICA),
};

const REGION_ALIASES: Record<string, string> = {
  AMERICAS: 'AMER',
  NAM: 'NA',
  NORAM: 'NA',
  'NORTH AMERICA': 'NA',
  'LATIN AMERICA': 'LATAM',
  NORDIC: 'NORDICS',
  APJ: 'APAC',
  'ASIA PACIFIC': 'APAC',
  'ASIA-PACIFIC': 'APAC',
};

/** Names people type that no dictionary of countries lists. Keys are folded as `fold` does. */
const COUNTRY_ALIASES = new Map(
  Object.entries({
    usa: 'US',
    america: 'US',
    'united states of america': 'US',
    'the united states': 'US',
    uk: 'GB',
    'great britain': 'GB',
    britain: 'GB',
    england: 'GB',
    scotland: 'GB',
    wales: 'GB',
    'northern ireland': 'GB',
    holland: 'NL',
    'the netherlands': 'NL',
    korea: 'KR',
    'republic of korea': 'KR',
    'korea republic of': 'KR',
    'russian federation': 'RU',
    'czech republic': 'CZ',
    turkey: 'TR',
    uae: 'AE',
    emirates: 'AE',
    'viet nam': 'VN',
    'ivory coast': 'CI',
    'hong kong': 'HK',
    macau: 'MO',
    macao: 'MO',
    prc: 'CN',
    'peoples republic of china': 'CN',
    'mainland china': 'CN',
    brasil: 'BR',
    'republic of ireland': 'IE',
    palestine: 'PS',
    burma: 'MM',
    swaziland: 'SZ',
    macedonia: 'MK',
    'cape verde': 'CV',
  }),
);

/** Languages whose names for countries people fill into forms. */
const NAME_LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'sv',
  'da',
  'nb',
  'fi',
  'pl',
  'cs',
  'tr',
  'ja',
  'zh',
  'ko',
  'ru',
];

/** Three-letter codes of the markets met most; the rest are known by name or two letters. */
const ALPHA3 = new Map(
  (
    'ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CRI:CR CYP:CY CZE:CZ DEU:DE ' +
    'DNK:DK EGY:EG ESP:ES EST:EE FIN:FI FRA:FR GBR:GB GRC:GR HKG:HK HRV:HR HUN:HU IDN:ID IND:IN IRL:IE ISL:IS ISR:IL ' +
    'ITA:IT JPN:JP KEN:KE KOR:KR LTU:LT LUX:LU LVA:LV MEX:MX MLT:MT MYS:MY NGA:NG NLD:NL NOR:NO NZL:NZ PAK:PK PER:PE ' +
    'PHL:PH POL:PL PRT:PT QAT:QA ROU:RO RUS:RU SAU:SA SGP:SG SVK:SK SVN:SI SWE:SE THA:TH TUR:TR TWN:TW UKR:UA URY:UY ' +
    'USA:US VNM:VN ZAF:ZA'
  )
    .split(' ')
    .map(pair => pair.split(':') as [string, string]),
);

const CODES: ReadonlySet<string> = new Set(Object.values(REGIONS).flatMap(codes => [...codes]));

let byName: Map<string, string> | undefined;

/** ISO 3166-1 alpha-2 code of a country given by code or by name in a common language; undefined when nobody knows it. */
export function countryCode(text: string | undefined): string | undefined {
  const typed = (text ?? '').trim();
  if (typed === '' || typed.length > 80) return undefined;
  const upper = typed.toUpperCase();
  if (CODES.has(upper)) return upper;
  const folded = fold(typed);
  // "U.S." and "U.K." lose their dots on the way.
  if (CODES.has(folded.toUpperCase())) return folded.toUpperCase();
  byName ??= countryNames();
  return ALPHA3.get(upper) ?? COUNTRY_ALIASES.get(folded) ?? byName.get(folded);
}

/** A country's English name, for sentences; the code itself when it has none. */
export function countryName(code: string): string {
  return CODES.has(code) ? (new Intl.DisplayNames(['en'], { type: 'region' }).of(code) ?? code) : code;
}

/** The playbook's name of a region: `Emea`, `Latin America` become `EMEA`, `LATAM`; undefined when there is none. */
export function regionCode(text: string): string | undefined {
  const upper = text.trim().toUpperCase();
  const code = Object.hasOwn(REGION_ALIASES, upper) ? REGION_ALIASES[upper] : upper;
  return code !== undefined && Object.hasOwn(REGIONS, code) ? code : undefined;
}

/** Does a country (ISO code) lie in a region (`EMEA`)? */
export function inRegion(country: string, region: string): boolean {
  const code = regionCode(region);
  return code !== undefined && (REGIONS[code]?.has(country) ?? false);
}

/** Every region a country belongs to, widest first: `DE` is EMEA, EUROPE, EU, DACH. */
export function regionsOf(country: string): string[] {
  return Object.keys(REGIONS).filter(region => REGIONS[region]?.has(country));
}

function countryNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const language of NAME_LANGUAGES) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    for (const code of CODES) {
      const name = display.of(code);
      // English comes first and keeps its meaning where two languages disagree.
      if (name !== undefined && !names.has(fold(name))) names.set(fold(name), code);
    }
  }
  return names;
}

function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’.]/g, '')
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}
