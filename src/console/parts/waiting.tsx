import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useWords } from '../words.ts'

/** Says that something is under way once it takes longer than a blink, and why once it takes long. */
export function Waiting() {
  const { t } = useWords()
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((s) => s + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className="row soft" role="status" style={{ minHeight: 44 }}>
      {seconds >= 1 && <Loader size="sm" color="ink" />}
      {seconds >= 1 && t(seconds < 5 ? 'waiting' : 'waitingLong')}
    </div>
  )
}
