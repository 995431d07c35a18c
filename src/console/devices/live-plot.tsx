import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChannelValue } from '../../shared/channel.ts'
import { useLive, useServices } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { digitsFor } from './channels.tsx'
import { plotData, secondsTable } from './plot-data.ts'

/** How much is shown, in s. */
const shown = 30

/** The last half minute of a channel. Measured glows, set is solid; beneath lies the same as a table. */
export function LivePlot({ channel, measured }: { channel: ChannelValue; measured: boolean }) {
  const { t, tag } = useWords()
  const format = useFormat()
  const { recorder } = useServices()
  const stale = useLive((live) => live.stale)
  const element = useRef<HTMLDivElement>(null)
  const old = useRef(stale)
  old.current = stale

  useEffect(() => {
    const target = element.current
    if (target === null) return
    const colours = () => {
      const style = getComputedStyle(target)
      return {
        ink: style.getPropertyValue('--ink-soft'),
        line: style.getPropertyValue('--line'),
        stroke: style.getPropertyValue(measured ? '--hue-ink' : '--ink'),
        glow: style.getPropertyValue('--hue-line'),
        font: `13px ${style.getPropertyValue('--font')}`,
      }
    }
    let look = colours()
    const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 3 })
    const axis = {
      stroke: () => look.ink,
      font: look.font,
      grid: { stroke: () => look.line, width: 1 },
      ticks: { show: false },
    }
    const stepped = uPlot.paths.stepped?.({ align: 1 })
    const plot = new uPlot(
      {
        width: target.clientWidth,
        height: 200,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false, range: [-shown, 0] },
          y: { range: (_, low, high) => roomAround(low, high) },
        },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((s) => `${number.format(s)} s`) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map((v) => number.format(v)) },
        ],
        series: [
          {},
          {
            stroke: () => look.glow,
            width: 7,
            alpha: 0.35,
            paths: stepped,
            show: measured,
            points: { show: false },
          },
          { stroke: () => look.stroke, width: 2, paths: stepped, points: { show: false } },
        ],
      },
      [[], [], []],
      target,
    )
    let frame = 0
    let drawn = 0
    const draw = (time: number) => {
      frame = requestAnimationFrame(draw)
      if (old.current || time - drawn < 50) return
      drawn = time
      const [x, y] = plotData(recorder.of(channel.exhibit, channel.channel), Date.now(), shown)
      plot.setData([x, y, y])
    }
    frame = requestAnimationFrame(draw)
    const resize = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: 200 }))
    resize.observe(target)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const recolour = () => {
      look = colours()
      plot.redraw()
    }
    scheme.addEventListener('change', recolour)
    return () => {
      cancelAnimationFrame(frame)
      resize.disconnect()
      scheme.removeEventListener('change', recolour)
      plot.destroy()
    }
  }, [channel.exhibit, channel.channel, measured, recorder, tag])

  return (
    <div>
      <div
        ref={element}
        className="live-plot"
        role="img"
        aria-label={t('plot.label', { channel: channel.channel, seconds: shown })}
      />
      <SecondsTable channel={channel} format={format} />
    </div>
  )
}

/** An axis that does not jump at noise: some room around what was seen, and never no height at all. */
function roomAround(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.02, 0.05)
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room]
}

function SecondsTable({ channel, format }: { channel: ChannelValue; format: ReturnType<typeof useFormat> }) {
  const { t } = useWords()
  const { recorder } = useServices()
  const [rows, setRows] = useState<ReturnType<typeof secondsTable> | null>(null)
  const open = rows !== null
  useEffect(() => {
    if (!open) return
    const timer = setInterval(read, 1000)
    return () => clearInterval(timer)
  })
  function read() {
    setRows(secondsTable(recorder.of(channel.exhibit, channel.channel), Date.now(), 10))
  }
  return (
    <details
      className="more"
      onToggle={(event) => {
        if (event.currentTarget.open) read()
        else setRows(null)
      }}
    >
      <summary>{t('asTable')}</summary>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('plot.secondsAgo')}</th>
            <th scope="col" className="number">
              {t('channel.value')}
              {channel.unit && ` (${channel.unit})`}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows?.map(({ ago, value }) => (
            <tr key={ago}>
              <td>{ago}</td>
              <td className="number">{value === null ? '–' : format.number(value, digitsFor(value))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
