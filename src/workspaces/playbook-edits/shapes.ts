/** How a company shares its leads out. */
export const SHAPES = ['one_team', 'by_size', 'by_region', 'by_product'] as const;
export type Shape = (typeof SHAPES)[number];
