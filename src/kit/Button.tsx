import { type ReactNode, useState } from 'react'

export interface BigButtonProps {
  /** A drawing; with `label` it says the same twice, for those who do not read. */
  icon?: ReactNode
  label: string
  /** Hides the words from sight, not from a screen reader. */
  iconOnly?: boolean
  kind?: 'main' | 'plain'
  disabled?: boolean
  /** Shown as chosen. */
  pressed?: boolean
  onPress: () => void
  /** For a button that stands for a real one: when the finger goes down and when it lets go. */
  onHold?: (down: boolean) => void
  channel?: string
  className?: string
}

/** A button that a finger finds without looking, and that shows at once that it was felt. */
export function BigButton(button: BigButtonProps) {
  const { icon, label, iconOnly, kind = 'plain', disabled, pressed, onPress, onHold, channel } = button
  const [down, setDown] = useState(false)
  const hold = (next: boolean) => {
    if (next === down || disabled) return
    setDown(next)
    onHold?.(next)
  }
  return (
    <button
      type="button"
      className={`mh-button ${button.className ?? ''}`}
      data-kind={kind}
      data-down={down || undefined}
      data-channel={channel}
      aria-pressed={pressed}
      aria-label={iconOnly ? label : undefined}
      disabled={disabled}
      onClick={onPress}
      onPointerDown={() => hold(true)}
      onPointerUp={() => hold(false)}
      onPointerLeave={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onKeyDown={(event) => (event.key === ' ' || event.key === 'Enter') && hold(true)}
      onKeyUp={() => hold(false)}
      onBlur={() => hold(false)}
    >
      {icon}
      {!iconOnly && <span>{label}</span>}
    </button>
  )
}

export interface ChoiceProps<Id extends string> {
  label: string
  options: readonly { id: Id; label: string; icon?: ReactNode }[]
  chosen: Id | null
  onChoose: (id: Id) => void
  className?: string
}

/** One of a few, each with its picture. */
export function Choice<Id extends string>({ label, options, chosen, onChoose, className }: ChoiceProps<Id>) {
  return (
    <fieldset className={`mh-choice ${className ?? ''}`} aria-label={label}>
      {options.map((option) => (
        <BigButton
          key={option.id}
          label={option.label}
          icon={option.icon}
          pressed={option.id === chosen}
          onPress={() => onChoose(option.id)}
        />
      ))}
    </fieldset>
  )
}
