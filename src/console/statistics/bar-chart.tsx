import { BarChart as Bars } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useFormat, useWords } from '../words.ts'
import type { Row } from './figures.ts'

use([Bars, GridComponent, TooltipComponent, AriaComponent, SVGRenderer])

export interface Bar extends Row {
  label: string
  long: string
  /** The exhibit's own hue, where a bar is an exhibit. */
  hue?: number | undefined
}

/** Visits as bars. Whoever cannot see them has the description, and the table beside the chart. */
export function BarChart({ bars, description }: { bars: Bar[]; description: string }) {
  const { t } = useWords()
  const format = useFormat()
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)

  useEffect(() => {
    const target = element.current
    if (target === null) return
    const made = init(target, null, { renderer: 'svg' })
    chart.current = made
    const resize = new ResizeObserver(() => made.resize())
    resize.observe(target)
    return () => {
      resize.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    // Its width is measured before it is drawn, so the family must be named, not referred to.
    const fontFamily = getComputedStyle(document.body).fontFamily
    const text = { color: 'var(--ink-soft)', fontFamily, fontSize: 14, lineHeight: 18 }
    chart.current?.setOption(
      {
        animation: false,
        aria: { enabled: true, label: { description } },
        grid: {
          left: 4,
          right: 4,
          top: 12,
          bottom: 4,
          outerBoundsMode: 'same',
          outerBoundsContain: 'axisLabel',
        },
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'none' },
          backgroundColor: 'var(--ink)',
          borderWidth: 0,
          textStyle: { color: 'var(--ground)', fontFamily, fontSize: 14 },
          formatter: (points: unknown) => {
            const bar = bars[indexOf(points)]
            return bar ? `${escaped(bar.long)}<br>${t('visitCount', { count: bar.visits })}` : ''
          },
        },
        xAxis: {
          type: 'category',
          data: bars.map((bar) => bar.label),
          axisLine: { lineStyle: { color: 'var(--line-strong)' } },
          axisTick: { show: false },
          axisLabel: { ...text, hideOverlap: true },
        },
        yAxis: {
          type: 'value',
          minInterval: 1,
          axisLabel: { ...text, formatter: (value: number) => format.number(value) },
          splitLine: { lineStyle: { color: 'var(--line)' } },
        },
        series: [
          {
            type: 'bar',
            barMaxWidth: 56,
            barCategoryGap: '28%',
            emphasis: { disabled: true },
            data: bars.map((bar) => ({
              value: bar.visits,
              itemStyle: {
                borderRadius: [4, 4, 0, 0],
                color: bar.hue === undefined ? 'var(--bar)' : `oklch(0.64 0.13 ${bar.hue})`,
              },
            })),
          },
        ],
      },
      { notMerge: true },
    )
  }, [bars, description, format, t])

  return <div ref={element} className="chart" />
}

function indexOf(points: unknown): number {
  const [first] = Array.isArray(points) ? points : [points]
  return typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : -1
}

/** An exhibit's title is a package's text, and the tooltip is HTML. */
const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)
