import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

interface Props {
  title: ReactNode
  onClose: () => void
  /** Something was typed or taken: a slip beside the dialog or on Escape must not lose it. */
  unsaved?: boolean
  size?: string
  children: ReactNode
}

/** A dialog with its title and one way out that is always in sight. */
export function Dialog({ title, onClose, unsaved = false, size, children }: Props) {
  const { t } = useWords()
  return (
    <Modal.Root
      opened
      centered
      size={size}
      onClose={onClose}
      closeOnClickOutside={!unsaved}
      closeOnEscape={!unsaved}
    >
      <Modal.Overlay />
      <Modal.Content>
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
