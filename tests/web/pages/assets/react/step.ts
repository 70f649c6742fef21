/** How far a counter goes at a time. */
export interface Step {
  by: number;
}

export enum Limit {
  Low = 0,
  High = 4,
}

export const isFull = (count: number): boolean => count >= Limit.High;
