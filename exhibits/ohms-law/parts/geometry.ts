/** Where everything stands on the sheet of the play scene, in its units. */
export const sheet = { width: 1920, height: 944 } as const
export const dial = { x: 250, y: 600, size: 372 } as const
export const lamp = { x: 640, y: 340 } as const
export const meter = { x: 1030, y: 580, r: 118 } as const
export const rail = { left: 250, right: 1030, top: 340, bottom: 826 } as const
export const fork = { left: 452, right: 852, first: 764, second: 888 } as const
export const plot = { x: 1178, y: 40, width: 712, height: 880 } as const

export type Point = readonly [number, number]

/** The way of the charges from the dial's top to its bottom, through the filament and the chosen resistor. */
export function loop(row: number): Point[] {
  return [
    [rail.left, dial.y - dial.size / 2 - 4],
    [rail.left, rail.top],
    [lamp.x - 26, rail.top],
    [lamp.x - 26, lamp.y - 120],
    [lamp.x - 44, lamp.y - 158],
    [lamp.x, lamp.y - 184],
    [lamp.x + 44, lamp.y - 158],
    [lamp.x + 26, lamp.y - 120],
    [lamp.x + 26, rail.top],
    [rail.right, rail.top],
    [rail.right, rail.bottom],
    [fork.right, rail.bottom],
    [fork.right - 40, row],
    [fork.left + 40, row],
    [fork.left, rail.bottom],
    [rail.left, rail.bottom],
    [rail.left, dial.y + dial.size / 2 + 4],
  ]
}
