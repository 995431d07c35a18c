import { useReducedMotion } from '@makerhall/kit'
import { useEffect, useRef } from 'react'
import type { Point } from './geometry.ts'

export interface ChargesProps {
  width: number
  height: number
  path: readonly Point[]
  /** mA; they run as fast as this. Null: nothing is known, nothing runs. */
  milliamps: number | null
}

/** Between two charges, and what one mA moves them in a second, in units of the sheet. */
const apart = 52
const pace = 24

/** The charges on their way round: the same number everywhere, and as fast as the measured current. */
export function Charges({ width, height, path, milliamps }: ChargesProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef({ path, milliamps })
  latest.current = { path, milliamps }
  const still = useReducedMotion()

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const style = getComputedStyle(element)
    let travelled = 0
    let shown = 0
    let before = performance.now()
    let frame = requestAnimationFrame(function draw(now) {
      frame = requestAnimationFrame(draw)
      const seconds = Math.min(0.1, (now - before) / 1000)
      before = now
      shown += ((latest.current.milliamps ?? 0) - shown) * (1 - Math.exp(-seconds / 0.08))
      const speed = Math.max(0, shown) * pace
      // Those who want less motion see the current by the charges' brightness alone.
      if (!still) travelled = (travelled + speed * seconds) % apart

      const density = (window.devicePixelRatio || 1) * (element.clientWidth / width)
      const pixels = [Math.round(width * density), Math.round(height * density)] as const
      if (element.width !== pixels[0] || element.height !== pixels[1]) {
        element.width = pixels[0]
        element.height = pixels[1]
      }
      context.setTransform(density, 0, 0, density, 0, 0)
      context.clearRect(0, 0, width, height)
      context.fillStyle = style.getPropertyValue('--measured')
      const strength = Math.min(1, shown / 1.5)
      if (strength < 0.02) return
      for (const [x, y] of along(latest.current.path, travelled)) {
        context.globalAlpha = strength * 0.22
        circle(context, x, y, 15)
        context.globalAlpha = strength
        circle(context, x, y, 7)
      }
    })
    return () => cancelAnimationFrame(frame)
  }, [width, height, still])

  return <canvas ref={canvas} className="charges" />
}

function* along(path: readonly Point[], offset: number): Generator<Point> {
  let next = offset
  for (let n = 1; n < path.length; n++) {
    const from = path[n - 1]
    const to = path[n]
    if (!from || !to) return
    const length = Math.hypot(to[0] - from[0], to[1] - from[1])
    for (; next < length; next += apart) {
      const share = next / length
      yield [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    }
    next -= length
  }
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, r: number) {
  context.beginPath()
  context.arc(x, y, r, 0, Math.PI * 2)
  context.fill()
}
