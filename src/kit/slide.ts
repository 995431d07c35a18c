import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { keyed } from './turning.ts'

export interface Sliding {
  /** What the exhibit says the value is. */
  value: number
  min: number
  max: number
  /** Of an arrow key; by default a fiftieth of the range. */
  step?: number
  /** Of PageUp and PageDown; by default a tenth of the range. */
  page?: number
  label: string
  /** The value in words, as a screen reader says it. */
  text: string
  onChange: (value: number) => void
  onRelease?: () => void
}

/** How the finger's way becomes a value: from where it went down, and from move to move. */
export interface Grip {
  down?: (event: PointerEvent<HTMLElement>) => void
  move: (event: PointerEvent<HTMLElement>, value: number) => number | null
}

/** How long a let-go control waits for the exhibit to agree, before it shows the exhibit's value again. */
const agreeWithin = 700

/**
 * A slider for fingers: one finger holds it (others are free for other controls), a touch alone moves nothing, the
 * finger's value shows at once, and after letting go it waits for the exhibit to agree instead of jumping back.
 */
export function useSliding(sliding: Sliding, grip: Grip) {
  const { value, min, max, label, text, onChange, onRelease } = sliding
  const step = sliding.step ?? (max - min) / 50
  const page = sliding.page ?? (max - min) / 10
  const [own, setOwn] = useState<number | null>(null)
  const [held, setHeld] = useState(false)
  const finger = useRef<number | null>(null)
  const latest = useRef(value)
  latest.current = own ?? value

  useEffect(() => {
    if (held || own === null) return
    if (Math.abs(own - value) <= step) return setOwn(null)
    const timer = setTimeout(() => setOwn(null), agreeWithin)
    return () => clearTimeout(timer)
  }, [held, own, value, step])

  function give(next: number) {
    latest.current = next
    setOwn(next)
    onChange(next)
  }
  function release(event: PointerEvent<HTMLElement>) {
    if (finger.current !== event.pointerId) return
    finger.current = null
    setHeld(false)
    onRelease?.()
  }

  return {
    shown: own ?? value,
    /** For `aria-valuenow`, without the dust of binary fractions. */
    now: Number((own ?? value).toFixed(3)),
    held,
    props: {
      'aria-label': label,
      'aria-valuemin': min,
      'aria-valuemax': max,
      'aria-valuetext': text,
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (finger.current !== null || event.button !== 0) return
        finger.current = event.pointerId
        event.currentTarget.setPointerCapture(event.pointerId)
        setHeld(true)
        grip.down?.(event)
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        if (finger.current !== event.pointerId) return
        const next = grip.move(event, latest.current)
        if (next !== null && next !== latest.current) give(next)
      },
      onPointerUp: release,
      onPointerCancel: release,
      onLostPointerCapture: release,
      onKeyDown(event: KeyboardEvent<HTMLElement>) {
        const next = keyed(event.key, latest.current, { min, max, step, page })
        if (next === null) return
        event.preventDefault()
        give(next)
        onRelease?.()
      },
    },
  }
}
