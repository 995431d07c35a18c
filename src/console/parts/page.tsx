import { type ReactNode, useEffect } from 'react'

/** A page's frame: its heading, its one primary action beside it, and the browser's title. */
export function Page({
  title,
  action,
  children,
}: {
  title: string
  action?: ReactNode
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} – Makerhall`
  }, [title])
  return (
    <main className="page" id="page" tabIndex={-1}>
      <div className="page-head">
        <h1>{title}</h1>
        {action}
      </div>
      {children}
    </main>
  )
}
