import { join } from 'node:path'
import {
  buildFolder,
  hubOptions,
  keptSecret,
  loadSite,
  openDataFolder,
  openLog,
  productVersion,
  randomSecret,
  readOptions,
  runServer,
  sameSecret,
  stopInTurn,
} from '../shared/server/index.ts'
import { openMembership } from './accounts/index.ts'
import { createApi } from './api/index.ts'
import { createBroker } from './broker/index.ts'
import { createCollector } from './collector/index.ts'
import { hubHealthOf } from './health.ts'
import { createStatistics } from './statistics/index.ts'
import { createStore } from './store/index.ts'

/** Links that are still being made are no reason to complain for so long after a start, in ms. */
const startTime = 5000

/** Puts the hub's rooms together: store, broker, collector, statistics, accounts, API. */
await runServer(async () => {
  const options = readOptions(process.argv.slice(2), hubOptions)
  const data = openDataFolder(options.data, ['hub'])
  const { log: logger, close: closeLog } = openLog(join(data.logs, 'hub.log'), 'hub')
  const version = productVersion()
  const site = loadSite(options.site, data.at('site.json'))
  for (const problem of site.problems) logger.warn({ problem }, 'The site file')

  const stops: (() => unknown)[] = [closeLog]
  const stop = () => stopInTurn(stops, logger)
  try {
    const store = createStore({ dataDir: data.root, logger })
    await store.start()
    stops.push(() => store.stop())

    const membership = await openMembership({
      dataDir: data.root,
      isOnline: async (kiosk) => (await collector.kiosks()).some(({ id, online }) => id === kiosk && online),
      log: logger,
    })
    const observer = {
      name: 'observer',
      password: keptSecret(data.at('secrets', 'observer'), () => randomSecret(18)),
    }
    const collectorPassword = randomSecret(24)
    const ownBroker = site.site.mqtt ?? options.mqtt
    const broker = ownBroker
      ? null
      : createBroker({
          port: options['mqtt-port'],
          host: options.listen,
          authenticate: (name = '', password = '') => {
            if (name === 'collector' && sameSecret(password, collectorPassword)) return { role: 'collector' }
            if (name === observer.name && sameSecret(password, observer.password)) return { role: 'observer' }
            return membership.kiosks.knows(name, password) ? { role: 'kiosk', kiosk: name } : null
          },
          logger,
        })
    if (broker) {
      await broker.start()
      stops.push(() => broker.stop())
    }
    const at = (host: string) => (broker ? `${host}:${broker.port()}` : '')
    const collector = createCollector({
      url: ownBroker ?? `mqtt://${at('127.0.0.1')}`,
      ...(broker && { username: 'collector', password: collectorPassword }),
      store,
      logger,
    })
    await collector.start()
    stops.push(() => collector.stop())

    const statistics = createStatistics({ dataDir: data.root, logger })
    await statistics.start()
    stops.push(() => statistics.stop())

    const began = performance.now()
    const api = await createApi({
      membership,
      store,
      collector,
      statistics,
      version,
      zone: site.site.site.zone,
      brokerFor: (request) => ownBroker ?? `mqtt://${at(request.hostname)}`,
      joinedAnew: (kiosk) => broker?.disconnect(kiosk),
      health: async () =>
        hubHealthOf({
          version,
          pid: process.pid,
          site: site.problems,
          store: store.state(),
          collector: collector.status(),
          accountsSaved: membership.accounts.saves(),
          kiosks: await collector.kiosks(),
          starting: performance.now() - began < startTime,
        }),
      build: buildFolder,
      listen: options.listen,
      port: options.port,
      hosts: options['allow-host'],
      logger,
    })
    await api.start()
    stops.push(() => api.stop())

    const origin = `http://127.0.0.1:${api.port()}`
    const code = membership.setup.code()
    logger.info({ origin, version }, 'The hub serves')
    return {
      ready: {
        hub: `${origin}/`,
        mqtt: ownBroker ?? `mqtt://${observer.name}:${observer.password}@${at('127.0.0.1')}`,
        setup: code && `${origin}/setup/${code}`,
        join: membership.kiosks.joinCode(),
      },
      stop,
      failed: (error) => logger.fatal({ err: error }, 'The hub failed'),
    }
  } catch (error) {
    logger.fatal({ err: error }, 'The start failed')
    await stop()
    throw error
  }
})
