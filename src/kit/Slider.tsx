import { useRef } from 'react'
import { type Sliding, useSliding } from './slide.ts'
import { clamp } from './turning.ts'

export interface SliderProps extends Sliding {
  channel?: string
  orientation?: 'horizontal' | 'vertical'
  className?: string
}

/** A straight slider. The finger moves its thumb by as much as it moves itself, wherever it went down. */
export function Slider({ channel, orientation = 'horizontal', className = '', ...sliding }: SliderProps) {
  const { min, max } = sliding
  const upright = orientation === 'vertical'
  const last = useRef(0)
  const loose = useRef(0)
  const { shown, now, held, props } = useSliding(sliding, {
    down: (event) => {
      last.current = upright ? event.clientY : event.clientX
      loose.current = shown
    },
    move: (event) => {
      const now = upright ? event.clientY : event.clientX
      const box = event.currentTarget.getBoundingClientRect()
      const way = upright ? (last.current - now) / box.height : (now - last.current) / box.width
      last.current = now
      loose.current = clamp(loose.current + way * (max - min), min, max)
      return loose.current
    },
  })
  const share = `${((shown - min) / (max - min)) * 100}%`

  return (
    <div
      {...props}
      role="slider"
      tabIndex={0}
      aria-valuenow={now}
      aria-orientation={orientation}
      className={`mh-slider ${className}`}
      data-channel={channel}
      data-held={held || undefined}
    >
      <span className="mh-slider-set" style={upright ? { height: share } : { width: share }} />
      <span className="mh-slider-thumb" style={upright ? { bottom: share } : { left: share }} />
    </div>
  )
}
