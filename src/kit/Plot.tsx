import { type ReactNode, useEffect, useRef } from 'react'
import { useNumber, useReducedMotion } from './hooks.ts'
import { drawPlot, isMoving, type PlotPicture, place, settle } from './plot-drawing.ts'

export interface PlotProps extends PlotPicture {
  label: string
  /** Put over the plot at values of its axes. */
  children?: ReactNode
  className?: string
}

/**
 * Measured points on two axes, drawn at each frame while something moves. Its table is there for those who cannot see
 * it.
 */
export function Plot({ label, children, className = '', ...picture }: PlotProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef<PlotPicture>(picture)
  const dirty = useRef(true)
  const still = useReducedMotion()
  const number = useNumber()
  latest.current = picture
  dirty.current = true

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    dirty.current = true
    const resized = new ResizeObserver(() => {
      dirty.current = true
    })
    resized.observe(element)
    // Canvas text does not wait for its font by itself.
    document.fonts.ready.then(() => {
      dirty.current = true
    })
    let live: { x: number; y: number } | null = null
    let before = performance.now()
    let frame = requestAnimationFrame(function draw(now) {
      frame = requestAnimationFrame(draw)
      const goal = latest.current.live ?? null
      const next = still ? goal : settle(live, goal, now - before)
      before = now
      if (!dirty.current && next?.x === live?.x && next?.y === live?.y && !isMoving(latest.current, now))
        return
      live = next
      dirty.current = false
      drawPlot(element, context, { ...latest.current, live }, still ? Number.POSITIVE_INFINITY : now, number)
    })
    return () => {
      cancelAnimationFrame(frame)
      resized.disconnect()
    }
  }, [still, number])

  const rows = picture.series.flatMap(({ id, name, points }) =>
    [...points]
      .sort((a, b) => a.x - b.x)
      .map(({ x, y }) => ({ key: `${id} ${x}`, cells: [name, number(x, 2), number(y, 2)] })),
  )
  return (
    <div className={`mh-plot ${className}`}>
      <canvas ref={canvas} role="img" aria-label={label} />
      {children}
      <table className="mh-unseen">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{label}</th>
            <th scope="col">{`${picture.x.label}, ${picture.x.unit}`}</th>
            <th scope="col">{`${picture.y.label}, ${picture.y.unit}`}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [name, x, y] }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{x}</td>
              <td>{y}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Where something over the plot must stand: its centre, in the axes' units. */
export function plotSpot(axes: Pick<PlotPicture, 'x' | 'y'>, x: number, y: number) {
  const spot = place(axes, x, y)
  return { left: `${spot.left * 100}%`, top: `${spot.top * 100}%` }
}
