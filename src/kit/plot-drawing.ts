import { clamp } from './turning.ts'

export interface PlotAxis {
  min: number
  max: number
  /** Values that get a number and a line. */
  ticks: readonly number[]
  /** The quantity's sign, `U`. */
  label: string
  unit: string
}
export interface PlotPoint {
  x: number
  y: number
  /** When it came, by `performance.now()`: it lands with a glow. */
  at: number
}
export interface PlotSeries {
  id: string
  /** For the table. */
  name: string
  mark: 'round' | 'diamond'
  points: readonly PlotPoint[]
  /** Drawn fainter: not what is being measured now. */
  behind?: boolean
}
export interface PlotLine {
  /** `set` is solid, `simulated` is dashed. */
  kind: 'set' | 'simulated'
  points: readonly { x: number; y: number }[]
}
export interface PlotPicture {
  x: PlotAxis
  y: PlotAxis
  series: readonly PlotSeries[]
  lines?: readonly PlotLine[]
  /** A band of y that is to be reached. */
  band?: { from: number; to: number }
  /** A hollow dashed mark: what someone expects. */
  guess?: { x: number; y: number } | null
  /** What is measured at this moment: it glows. */
  live?: { x: number; y: number; mark?: 'round' | 'diamond' } | null
}

/** How much of the box the axes leave on each side, as shares of it. */
const inset = { left: 0.115, right: 0.045, top: 0.085, bottom: 0.115 }
const landing = 700

/** Where values stand in the box, as shares of it from its left and top. */
export function place(axes: Pick<PlotPicture, 'x' | 'y'>, x: number, y: number) {
  const across = (x - axes.x.min) / (axes.x.max - axes.x.min)
  const up = (y - axes.y.min) / (axes.y.max - axes.y.min)
  return {
    left: inset.left + across * (1 - inset.left - inset.right),
    top: 1 - inset.bottom - up * (1 - inset.top - inset.bottom),
  }
}

/** The next place of the live point on its way to where it was measured: there within about 150 ms. */
export function settle<P extends { x: number; y: number }>(
  from: P | null,
  to: P | null,
  ms: number,
): P | null {
  if (!from || !to) return to
  const share = 1 - Math.exp(-Math.max(0, ms) / 40)
  const x = from.x + (to.x - from.x) * share
  const y = from.y + (to.y - from.y) * share
  const near = Math.abs(to.x - x) < 1e-3 && Math.abs(to.y - y) < 1e-3
  return near ? to : { ...to, x, y }
}

export function isMoving({ series }: PlotPicture, now: number): boolean {
  return series.some(({ points }) => {
    const last = points.at(-1)
    return last !== undefined && now - last.at < landing
  })
}

interface Pen {
  context: CanvasRenderingContext2D
  colour: (token: string) => string
  /** The smallest text's size in px: everything on the plot is drawn in its proportion. */
  em: number
  spot: (x: number, y: number) => [number, number]
}

/**
 * Draws the whole picture.
 * @param now by `performance.now()`; infinity: everything has landed
 * @param write a number in the visitor's language
 */
export function drawPlot(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  picture: PlotPicture,
  now: number,
  write: (value: number) => string,
) {
  const { clientWidth: width, clientHeight: height } = canvas
  const density = window.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
    canvas.width = Math.round(width * density)
    canvas.height = Math.round(height * density)
  }
  context.setTransform(density, 0, 0, density, 0, 0)
  context.clearRect(0, 0, width, height)
  context.lineCap = 'round'
  context.lineJoin = 'round'

  const style = getComputedStyle(canvas)
  const em = Number.parseFloat(style.fontSize)
  context.font = `${style.fontWeight} ${em}px ${style.fontFamily}`
  const pen: Pen = {
    context,
    em,
    colour: (token) => style.getPropertyValue(token),
    spot(x, y) {
      const { left, top } = place(picture, x, y)
      return [left * width, top * height]
    },
  }
  drawAxes(pen, picture, write)
  if (picture.band) drawBand(pen, picture, picture.band)
  for (const line of picture.lines ?? []) drawLine(pen, line)
  for (const series of picture.series) {
    for (const point of series.points) drawPoint(pen, series, point, now)
  }
  if (picture.live) drawLive(pen, picture, picture.live)
  if (picture.guess) drawGuess(pen, picture.guess)
}

function drawAxes(pen: Pen, { x, y }: PlotPicture, write: (value: number) => string) {
  const { context, colour, em, spot } = pen
  context.lineWidth = Math.max(1, em / 16)
  context.strokeStyle = colour('--line')
  context.fillStyle = colour('--ink-faint')
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const tick of y.ticks) {
    stroke(context, spot(x.min, tick), spot(x.max, tick))
    const [left, top] = spot(x.min, tick)
    if (tick !== y.min) context.fillText(write(tick), left - em * 0.5, top)
  }
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (const tick of x.ticks) {
    stroke(context, spot(tick, y.min), spot(tick, y.max))
    const [left, top] = spot(tick, y.min)
    context.fillText(write(tick), left, top + em * 0.45)
  }
  context.strokeStyle = colour('--line-strong')
  context.lineWidth = Math.max(1.5, em / 10)
  stroke(context, spot(x.min, y.min), spot(x.max, y.min))
  stroke(context, spot(x.min, y.min), spot(x.min, y.max))

  context.fillStyle = colour('--ink')
  context.textBaseline = 'bottom'
  context.textAlign = 'left'
  const [yLeft, yTop] = spot(x.min, y.max)
  context.fillText(`${y.label} / ${y.unit}`, yLeft - em * 1.2, yTop - em * 0.7)
  context.textAlign = 'right'
  const [xRight, xBase] = spot(x.max, y.min)
  context.fillText(`${x.label} / ${x.unit}`, xRight, xBase - em * 0.4)
}

function drawBand(
  { context, colour, em, spot }: Pen,
  { x }: PlotPicture,
  { from, to }: { from: number; to: number },
) {
  const [left, top] = spot(x.min, to)
  const [right, bottom] = spot(x.max, from)
  context.fillStyle = colour('--hue-wash')
  context.fillRect(left, top, right - left, bottom - top)
  context.strokeStyle = colour('--hue-line')
  context.lineWidth = Math.max(1.5, em / 12)
  stroke(context, [left, (top + bottom) / 2], [right, (top + bottom) / 2])
}

function drawLine({ context, colour, em, spot }: Pen, { kind, points }: PlotLine) {
  context.save()
  context.strokeStyle = colour(kind === 'set' ? '--set' : '--simulated')
  context.lineWidth = Math.max(1.5, em / 10)
  if (kind === 'simulated') context.setLineDash([em * 0.36, em * 0.36])
  context.beginPath()
  for (const { x, y } of points) context.lineTo(...spot(x, y))
  context.stroke()
  context.restore()
}

function drawPoint({ context, colour, em, spot }: Pen, series: PlotSeries, point: PlotPoint, now: number) {
  const [left, top] = spot(point.x, point.y)
  const landed = clamp((now - point.at) / landing, 0, 1)
  context.save()
  context.globalAlpha = series.behind ? 0.55 : 1
  context.fillStyle = colour('--measured')
  if (landed < 1) {
    context.shadowColor = colour('--measured')
    context.shadowBlur = em * 1.4 * (1 - landed)
  }
  mark(context, series.mark, left, top, em * 0.21 * (1 + (1 - landed) ** 3))
  context.fill()
  context.restore()
}

/** The measured point of this moment, with its feet on both axes. */
function drawLive(
  { context, colour, em, spot }: Pen,
  { x, y }: PlotPicture,
  live: NonNullable<PlotPicture['live']>,
) {
  const [left, top] = spot(live.x, live.y)
  context.save()
  context.strokeStyle = colour('--set')
  context.lineWidth = Math.max(1.5, em / 14)
  context.globalAlpha = 0.7
  stroke(context, spot(live.x, y.min), [left, top])
  context.strokeStyle = colour('--measured')
  stroke(context, spot(x.min, live.y), [left, top])
  context.globalAlpha = 1
  const glow = context.createRadialGradient(left, top, 0, left, top, em * 1.7)
  glow.addColorStop(0, colour('--measured'))
  glow.addColorStop(1, 'transparent')
  context.fillStyle = glow
  context.globalAlpha = 0.55
  mark(context, 'round', left, top, em * 1.7)
  context.fill()
  context.globalAlpha = 1
  context.fillStyle = colour('--ink')
  context.strokeStyle = colour('--measured')
  context.lineWidth = em * 0.14
  mark(context, live.mark ?? 'round', left, top, em * 0.36)
  context.fill()
  context.stroke()
  context.restore()
}

function drawGuess({ context, colour, em, spot }: Pen, { x, y }: { x: number; y: number }) {
  const [left, top] = spot(x, y)
  context.save()
  context.strokeStyle = colour('--ink')
  context.lineWidth = em * 0.12
  context.setLineDash([em * 0.28, em * 0.24])
  mark(context, 'round', left, top, em * 0.62)
  context.stroke()
  context.restore()
}

function mark(context: CanvasRenderingContext2D, kind: 'round' | 'diamond', x: number, y: number, r: number) {
  context.beginPath()
  if (kind === 'round') context.arc(x, y, r, 0, Math.PI * 2)
  else {
    const d = r * 1.3
    context.moveTo(x, y - d)
    context.lineTo(x + d, y)
    context.lineTo(x, y + d)
    context.lineTo(x - d, y)
    context.closePath()
  }
}

function stroke(context: CanvasRenderingContext2D, from: [number, number], to: [number, number]) {
  context.beginPath()
  context.moveTo(...from)
  context.lineTo(...to)
  context.stroke()
}
