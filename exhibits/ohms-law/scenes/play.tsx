import { mountScene, useMode } from '@makerhall/kit'
import { Challenge } from '../parts/Challenge.tsx'
import { Explore } from '../parts/Explore.tsx'
import { useMeasurement } from '../parts/measurement.ts'
import { Predict } from '../parts/Predict.tsx'
import '../style.css'

function Play() {
  const mode = useMode()
  const measurement = useMeasurement()
  if (mode === 'predict') return <Predict measurement={measurement} />
  if (mode === 'challenge') return <Challenge measurement={measurement} />
  return <Explore measurement={measurement} />
}

mountScene(Play)
