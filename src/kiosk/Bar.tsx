import { BigButton, Icon, type IconName } from '../kit/index.ts'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import { languageNames } from '../shared/language.ts'
import type { LiveState } from '../shared/live.ts'
import type { Flow } from './flow.ts'
import { type Kiosk, spoken } from './kiosk.ts'
import { sayIn, useExhibitTexts } from './texts.ts'

/** The pictures of the modes that every exhibit may have; one of its own gets the compass. */
const modeIcons: Readonly<Record<string, IconName>> = {
  explore: 'explore',
  predict: 'predict',
  challenge: 'challenge',
}
const volumes = [
  { volume: 0, icon: 'quiet', key: 'volume.off' },
  { volume: 0.5, icon: 'soft', key: 'volume.soft' },
  { volume: 1, icon: 'loud', key: 'volume.loud' },
] as const

export interface BarProps {
  kiosk: Kiosk
  live: LiveState
  flow: Flow
  /** Null while nobody plays: then only the languages are there. */
  played: ExhibitStatus | null
}

/** The page's own controls, always at the same place. */
export function Bar({ kiosk, live, flow, played }: BarProps) {
  const say = sayIn(flow.language)
  const several = live.exhibits.length > 1
  const loudness = volumes.find(({ volume }) => volume === flow.volume) ?? volumes[1]
  const louder = volumes[(volumes.indexOf(loudness) + 1) % volumes.length] ?? volumes[0]

  return (
    <nav className="bar" data-hue="" style={played ? { '--hue': played.hue } : undefined}>
      {played && several && (
        <BigButton
          className="bar-home"
          icon={<Icon name="home" />}
          label={say('home')}
          iconOnly
          onPress={() => kiosk.happen({ type: 'home' })}
        />
      )}
      {played && <Modes kiosk={kiosk} exhibit={played} flow={flow} />}
      <span className="bar-gap" />
      {played && (
        <BigButton
          className="bar-volume"
          icon={<Icon name={loudness.icon} />}
          label={say(loudness.key)}
          iconOnly
          onPress={() => kiosk.happen({ type: 'volume', volume: louder.volume })}
        />
      )}
      <fieldset className="languages" aria-label={say('language')}>
        {live.languages.map((language) => (
          <button
            key={language}
            type="button"
            lang={language}
            aria-pressed={language === flow.language}
            onClick={() => kiosk.happen({ type: 'language', language })}
          >
            {languageNames[language]}
          </button>
        ))}
      </fieldset>
    </nav>
  )
}

function Modes({ kiosk, exhibit, flow }: { kiosk: Kiosk; exhibit: ExhibitStatus; flow: Flow }) {
  const say = sayIn(flow.language)
  const texts = useExhibitTexts(exhibit.id, exhibit.version, spoken(exhibit, flow.language))?.texts
  // While a lesson has set the mode, there is nothing to choose.
  const offered = exhibit.lease ? exhibit.modes.filter(({ id }) => id === exhibit.mode) : exhibit.modes
  if (!texts) return null
  return (
    <fieldset className="modes" aria-label={say('modes')}>
      {offered.map(({ id }) => (
        <BigButton
          key={id}
          icon={<Icon name={modeIcons[id] ?? 'explore'} />}
          label={texts[`mode.${id}`] ?? id}
          pressed={id === exhibit.mode}
          onPress={() => {
            kiosk.happen({ type: 'touch', exhibit: exhibit.id })
            if (id !== exhibit.mode) kiosk.send({ type: 'mode', exhibit: exhibit.id, mode: id })
          }}
        />
      ))}
    </fieldset>
  )
}
