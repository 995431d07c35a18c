import { Part } from '../shared/breadboard.ts'
import { Pin } from '../shared/ids.ts'
import type { Site } from '../shared/site.ts'
import type { BoundExhibit } from './channels/index.ts'

/**
 * What stands on each virtual board's pins: the breadboards of the exhibits that this board carries, on the pins that
 * the site binds their channels to. Inner nets get names of their own, so that two exhibits on one board stay apart.
 */
export function partsByBoard(
  site: Pick<Site, 'boards' | 'exhibits'>,
  bound: readonly BoundExhibit[],
): Record<string, Part[]> {
  const parts: Record<string, Part[]> = {}
  for (const { id, kind } of site.boards) {
    if (kind !== 'virtual') continue
    const carried = bound.filter((one) => site.exhibits.find((entry) => entry.id === one.id)?.board === id)
    let nets = 0
    parts[id] = carried.flatMap((exhibit, index) => {
      const pins = pinsOn(id, exhibit)
      const inner = new Map<string, string>()
      const netOf = (net: string): string => {
        if (net === 'gnd' || net === 'vcc') return net
        const pin = pins.get(net)
        if (pin) return pin
        if (Pin.safeParse(net).success && ![...pins.values()].includes(net)) return net
        const known = inner.get(net) ?? `net${++nets}`
        inner.set(net, known)
        return known
      }
      return exhibit.manifest.breadboard.parts.map((part) => placed(part, index, netOf))
    })
  }
  return parts
}

/** The manifest's pins of the channels on this board, and where they are bound here. */
function pinsOn(board: string, { manifest, bindings }: BoundExhibit): Map<string, string> {
  return new Map(
    Object.entries(manifest.channels).flatMap(([name, { pin }]) => {
      const binding = bindings[name]
      return binding?.board === board ? [[pin, binding.pin] as const] : []
    }),
  )
}

/** The part with its nets renamed; a part's texts, but for what it is and its id, are nets. */
function placed(part: Part, exhibit: number, netOf: (net: string) => string): Part {
  const id = exhibit === 0 ? part.id : `${exhibit}-${part.id}`.slice(0, 40).replace(/-$/, '')
  const entries = Object.entries(part).map(([key, value]) => [
    key,
    typeof value === 'string' && key !== 'part' && key !== 'id' ? netOf(value) : value,
  ])
  return Part.parse({ ...Object.fromEntries(entries), id })
}
