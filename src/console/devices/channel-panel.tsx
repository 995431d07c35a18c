import { Button } from '@mantine/core'
import { IconRuler2 } from '@tabler/icons-react'
import { type CSSProperties, useState } from 'react'
import type { ChannelValue } from '../../shared/channel.ts'
import { CalibrationDialog } from '../calibration/dialog.tsx'
import { useExhibitWords, useManifest } from '../exhibits/package.ts'
import { useLive } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { useQualityText, useValueText } from './channels.tsx'
import { Drive } from './drive.tsx'
import { LivePlot } from './live-plot.tsx'

/** One channel close up: its last half minute, and what a technician may do with it. */
export function ChannelPanel({ channel }: { channel: ChannelValue }) {
  const { t } = useWords()
  const format = useFormat()
  const text = useValueText()
  const quality = useQualityText()
  const [calibrating, setCalibrating] = useState(false)
  const hue = useLive((live) => live.state?.exhibits.find((e) => e.id === channel.exhibit)?.hue)
  const manifest = useManifest(channel.exhibit)
  const words = useExhibitWords([channel.exhibit])
  const spec = manifest?.channels[channel.channel]
  const calibrates = spec?.kind === 'analog-in' && spec.calibration !== undefined
  return (
    <section
      className="card rows channel-panel"
      aria-labelledby="channel"
      data-hue
      style={{ '--hue': hue } as CSSProperties}
    >
      <div className="row apart">
        <div>
          <h2 id="channel">{channel.channel}</h2>
          <p className="small soft">{words.title(channel.exhibit)}</p>
        </div>
        <p className="reading">
          {text(channel.value)}
          <span className="unit">{channel.unit}</span>
        </p>
      </div>
      {channel.quality !== 'good' && channel.reason !== null && (
        <p>
          <span className="strong">{quality(channel)}.</span> {t(`reason.${channel.reason}.mend`)}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{t('channel.raw')}</dt>
          <dd>{channel.raw === null ? '–' : format.number(channel.raw)}</dd>
        </div>
        <div>
          <dt>{t('channel.pin')}</dt>
          <dd>
            {channel.binding ? `${channel.binding.board} · ${channel.binding.pin}` : t('channel.unbound')}
          </dd>
        </div>
      </dl>
      <LivePlot channel={channel} measured={!channel.writable} />
      {channel.writable && <Drive channel={channel} spec={spec} />}
      {calibrates && (
        <div>
          <Button
            leftSection={<IconRuler2 size={20} aria-hidden />}
            disabled={channel.raw === null}
            onClick={() => setCalibrating(true)}
          >
            {t('calibrate')}
          </Button>
        </div>
      )}
      {calibrating && spec?.kind === 'analog-in' && (
        <CalibrationDialog channel={channel} scale={spec.scale} onClose={() => setCalibrating(false)} />
      )}
    </section>
  )
}
