import type { Boards } from './boards/index.ts'
import type { Telemetry } from './telemetry/index.ts'

/** A start does not wait longer than this for boards and links, in ms; they go on being looked for. */
const longest = 3000

/** Resolves when every board is ready and the broker, where there is one, answers; or when that takes too long. */
export async function settled(rooms: {
  boards: Pick<Boards, 'list' | 'onStatus'>
  telemetry: Pick<Telemetry, 'status' | 'onStatus'>
  /** Ends when the hub answered once, or did not. */
  joining: Promise<void>
}): Promise<void> {
  const { boards, telemetry, joining } = rooms
  const ends: (() => void)[] = []
  const enough = new Promise<void>((resolve) => {
    let joined = false
    const look = () => {
      const met = boards.list().every(({ state }) => state === 'ready')
      if (met && joined && telemetry.status().broker !== 'disconnected') resolve()
    }
    const timer = setTimeout(resolve, longest)
    ends.push(() => clearTimeout(timer), boards.onStatus(look), telemetry.onStatus(look))
    void joining.then(() => {
      joined = true
      look()
    })
  })
  await enough
  for (const end of ends) end()
}
