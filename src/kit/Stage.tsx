import type { CSSProperties, ReactNode } from 'react'

export interface StageProps {
  /** The drawing's own size, in its units: it is fitted into the frame as a whole. */
  width: number
  height: number
  children: ReactNode
  className?: string
}

/**
 * The sheet that a scene is drawn on, fitted into whatever screen there is. Inside, `--u` is one unit of the drawing;
 * text keeps to the five sizes, which never fall below what can be read.
 */
export function Stage({ width, height, children, className = '' }: StageProps) {
  const size: CSSProperties & Record<`--${string}`, number> = {
    '--stage-width': width,
    '--stage-height': height,
  }
  return (
    <div className={`mh-stage ${className}`} style={size}>
      <div className="mh-sheet">{children}</div>
    </div>
  )
}

/** A place on the sheet, in its units. */
export function spot(x: number, y: number, width?: number, height?: number): CSSProperties {
  const u = (n: number) => `calc(${n} * var(--u))`
  return {
    position: 'absolute',
    left: u(x),
    top: u(y),
    ...(width !== undefined && { width: u(width) }),
    ...(height !== undefined && { height: u(height) }),
  }
}
