import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useWords } from '../words.ts'

/** A password field whose eye can be reached by keyboard and says what it does. */
export function SecretInput(props: PasswordInputProps) {
  const { t } = useWords()
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
      {...props}
    />
  )
}
