import { useEffect, useRef, useState } from 'react'
import { BigButton, Icon } from '../kit/index.ts'
import type { Say } from './texts.ts'

/** How long the corner is pressed, and how long the way to the sign-in then stays, in ms. */
const holdFor = 3_000
const openFor = 30_000

/** The corner that the page owns, in every state: held for three seconds it shows staff the way to their console. */
export function StaffCorner({ say }: { say: Say }) {
  const [held, setHeld] = useState(false)
  const [open, setOpen] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)

  useEffect(() => {
    if (!held) return
    const timer = setTimeout(() => {
      setHeld(false)
      setOpen(true)
    }, holdFor)
    return () => clearTimeout(timer)
  }, [held])
  useEffect(() => {
    if (!open) return
    dialog.current?.showModal()
    const timer = setTimeout(() => setOpen(false), openFor)
    return () => clearTimeout(timer)
  }, [open])

  return (
    <>
      <button
        type="button"
        className="staff-corner"
        aria-label={say('staff.open')}
        onPointerDown={() => setHeld(true)}
        onPointerUp={() => setHeld(false)}
        onPointerLeave={() => setHeld(false)}
        onPointerCancel={() => setHeld(false)}
        onKeyDown={({ key }) => (key === 'Enter' || key === ' ') && setHeld(true)}
        onKeyUp={() => setHeld(false)}
        onBlur={() => setHeld(false)}
      />
      {open && (
        <dialog ref={dialog} className="staff" aria-labelledby="staff-title" onClose={() => setOpen(false)}>
          <h1 id="staff-title">{say('staff.title')}</h1>
          <a className="mh-button" data-kind="main" href="/console/">
            <Icon name="staff" />
            {say('staff.sign-in')}
          </a>
          <BigButton icon={<Icon name="close" />} label={say('staff.back')} onPress={() => setOpen(false)} />
        </dialog>
      )}
    </>
  )
}
