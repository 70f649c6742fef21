export const addition = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
