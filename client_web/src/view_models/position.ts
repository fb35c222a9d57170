/** What somebody does, and where in the firm: the same fields wherever people are shown or changed. */
import { POSITION } from "../wire/types.gen";

export { POSITION };
export type PositionField = (typeof POSITION)[number];
export type Position = { readonly [field in PositionField]?: string | undefined };

/** The fields of a position, alone. */
export function positionOf(one: Position): Position {
  return Object.fromEntries(POSITION.map((field) => [field, one[field]]));
}

/** What is said of it, in the order of its fields. */
export function positionTexts(one: Position): readonly string[] {
  return POSITION.flatMap((field) => one[field] ?? []);
}
