import { useRef } from 'react'

/** Sends one value at a time and, after it, the last of those that came meanwhile: a slider never floods a board. */
export function latest<T>(send: (value: T) => Promise<unknown>): (value: T) => void {
  let busy = false
  let waiting: { value: T } | null = null
  async function run(value: T) {
    busy = true
    // A failure is shown by whoever sends; here it must only not stop the next value.
    await send(value).catch(() => {})
    busy = false
    if (waiting === null) return
    const next = waiting
    waiting = null
    void run(next.value)
  }
  return (value) => {
    if (busy) waiting = { value }
    else void run(value)
  }
}

/** `latest` for a component: the newest `send` is the one that is called. */
export function useLatest<T>(send: (value: T) => Promise<unknown>): (value: T) => void {
  const current = useRef(send)
  current.current = send
  const sender = useRef<((value: T) => void) | null>(null)
  sender.current ??= latest((value: T) => current.current(value))
  return sender.current
}
