/** The axes of the plot, the same in all modes, so that what was seen in one is found again in the next. */
export const axes = {
  x: { min: 0, max: 5, ticks: [0, 1, 2, 3, 4, 5], label: 'U', unit: 'V' },
  y: { min: 0, max: 15, ticks: [0, 5, 10, 15], label: 'I', unit: 'mA' },
} as const
export const marks = { first: 'round', second: 'diamond' } as const
