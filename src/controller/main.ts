import { join } from 'node:path'
import {
  buildFolder,
  controllerOptions,
  loadSite,
  openDataFolder,
  openLog,
  openSigningKey,
  productVersion,
  readOptions,
  runServer,
  stopInTurn,
} from '../shared/server/index.ts'
import { type Api, createApi } from './api/index.ts'
import { createBoards } from './boards/index.ts'
import { partsByBoard } from './breadboards.ts'
import { brokerLink } from './broker-link.ts'
import { createChannels } from './channels/index.ts'
import { createExhibits } from './exhibits/index.ts'
import { healthOf } from './health.ts'
import { kioskId, visitorKey } from './identity.ts'
import { readInstallation } from './installation.ts'
import { createMembership, createSignIn } from './membership/index.ts'
import { createPublisher, kioskStateOf } from './publisher.ts'
import { createSceneWatch } from './scene-watch.ts'
import { settled } from './settled.ts'
import { createTelemetry } from './telemetry/index.ts'
import { createVisits } from './visits/index.ts'
import { createWishes } from './wishes.ts'

/** Links that are still being made are no reason to complain for so long after a start, in ms. */
const startTime = 5000

/** Puts the controller's rooms together, from the boards up to the API. */
await runServer(async () => {
  const options = readOptions(process.argv.slice(2), controllerOptions)
  const data = openDataFolder(options.data, ['controller', 'boards'])
  const { log: logger, close: closeLog } = openLog(join(data.logs, 'controller.log'), 'controller')
  const stops: (() => unknown)[] = [closeLog]
  const stop = () => stopInTurn(stops, logger)
  try {
    const dataDir = data.root
    const version = productVersion()
    const siteFile = loadSite(options.site, data.at('site.json'))
    const { site } = siteFile
    const folder = options.exhibits ?? process.env.MAKERHALL_EXHIBITS ?? join(buildFolder, 'exhibits')
    const { packages, bound, problems } = await readInstallation(siteFile, folder)
    for (const problem of problems) logger.warn({ problem }, 'The site file')
    const kiosk = kioskId(dataDir, site.kiosk.id, logger)
    const visitor = visitorKey(dataDir, logger)

    const clock = Date.now
    const monotonic = () => performance.now()
    const boards = createBoards({ site, dataDir, parts: partsByBoard(site, bound), clock, logger })
    const channels = createChannels({ exhibits: bound, boards, dataDir, clock, logger })
    const exhibits = createExhibits({ packages, channels, dataDir, clock, monotonic, logger })
    const telemetry = createTelemetry({
      dataDir,
      kiosk,
      site: site.site.id,
      link: null,
      clock,
      monotonic,
      logger,
    })
    const visits = createVisits({
      exhibits,
      telemetry,
      languages: site.kiosk.languages,
      clock,
      monotonic,
      logger,
    })
    const rooms = { boards, channels, exhibits, visits }

    let api: Api | null = null
    const here = () => `http://${options.listen}:${api?.port() ?? options.port}`
    const membership = createMembership({
      dataDir,
      kiosk,
      hub: options.hub ?? null,
      joinCode: options.join ?? null,
      origin: () => options.origin ?? here(),
      logger,
    })
    const signIn = createSignIn({
      kiosk,
      visitorKey: visitor,
      key: await openSigningKey(data.at('secrets', 'kiosk-key.json'), logger),
      membership,
    })

    const began = performance.now()
    const health = () =>
      healthOf({
        version,
        pid: process.pid,
        kiosk,
        site: problems,
        boards: boards.list(),
        exhibits: exhibits.list(),
        telemetry: telemetry.status(),
        membership: membership.status(),
        starting: performance.now() - began < startTime,
      })
    const scenes = createSceneWatch({ exhibits, record: telemetry.record })
    const publisher = createPublisher({
      state: () => kioskStateOf(health(), rooms, clock()),
      publish: telemetry.publishState,
    })
    const wishes = createWishes({ dataDir, exhibits, report: telemetry.publishReported, logger })

    api = await createApi({
      rooms,
      telemetry,
      signIn,
      kiosk,
      version,
      site: { name: site.site.name, zone: site.site.zone },
      languages: site.kiosk.languages,
      health,
      sceneFailed: scenes.failed,
      build: buildFolder,
      hub: membership.hub,
      listen: options.listen,
      port: options.port,
      hosts: options['allow-host'],
      logger,
    })
    // First of all the port: where it is taken, nothing else is touched.
    await api.start()
    const { port, stop: stopApi } = api
    stops.push(stopApi)

    await telemetry.start()
    stops.push(() => telemetry.stop())
    telemetry.record({ type: 'controller.started', version })
    const link = { now: '' }
    const chooseBroker = () => {
      const next = brokerLink({
        ofSite: site.mqtt,
        argument: options.mqtt,
        hub: membership.hub(),
        ofHub: membership.broker(),
        kiosk,
      })
      if (JSON.stringify(next) === link.now) return
      link.now = JSON.stringify(next)
      telemetry.connect(next)
    }
    const known = new Map<string, string>()
    stops.push(
      exhibits.onFact((fact) => telemetry.record(fact)),
      boards.onStatus(({ id, state }) => {
        // Looking for a board is on the way to a state, and not one that anyone would count.
        const passing = state === 'searching' || state === 'identifying'
        if (!passing && known.get(id) !== state) {
          known.set(id, state)
          telemetry.record({ type: 'board.state', board: id, state })
        }
        publisher.changed()
      }),
      exhibits.onChange(() => {
        publisher.changed()
        wishes.tell()
      }),
      visits.onChange(publisher.changed),
      telemetry.onStatus(publisher.changed),
      telemetry.onDesired(wishes.take),
      membership.onChange(() => {
        chooseBroker()
        publisher.changed()
      }),
      publisher.stop,
      scenes.stop,
    )

    await channels.start()
    stops.push(() => channels.stop())
    await exhibits.start()
    stops.push(() => exhibits.stop())
    await visits.start()
    stops.push(() => visits.stop())
    const joining = membership.start().then(chooseBroker)
    stops.push(() => membership.stop())
    await boards.start()
    stops.push(
      () => boards.stop(),
      () => {
        for (const { id } of boards.list()) boards.board(id)?.safe()
      },
    )
    wishes.tell()
    publisher.changed()
    await settled({ boards, telemetry, joining })

    logger.info({ origin: here(), version, kiosk }, 'The controller serves')
    const local = `http://127.0.0.1:${port()}`
    return {
      ready: { kiosk: `${local}/kiosk/#key=${visitor}`, console: `${local}/console/` },
      stop,
      failed: (error) => logger.fatal({ err: error }, 'The controller failed'),
    }
  } catch (error) {
    logger.fatal({ err: error }, 'The start failed')
    await stop()
    throw error
  }
})
