export interface Entry {
  id: number;
  text: string;
}

export const entries: readonly Entry[] = [
  { id: 0, text: "Sencha" },
  { id: 1, text: "Assam" },
];
