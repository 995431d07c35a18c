import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { app, BrowserWindow, powerSaveBlocker, session } from 'electron'
import { kioskOrigin, mayNavigate, parseReady, permitted } from './policy.ts'
import { resting } from './resting.ts'

/**
 * Electron's main process: a window and nothing else. Started by the supervisor it is given `--kiosk-url=`; started by
 * the user it starts the supervisor, with the Node that the package carries, and takes the address from its ready line.
 */
const given = process.argv
  .find((argument) => argument.startsWith('--kiosk-url='))
  ?.slice('--kiosk-url='.length)

if (!app.requestSingleInstanceLock()) app.quit()
else {
  app.enableSandbox()
  app.on('window-all-closed', () => app.quit())
  void app.whenReady().then(async () => open(given ?? (await startSupervisor())))
}

function startSupervisor(): Promise<string> {
  const node = join(process.resourcesPath, 'node', process.platform === 'win32' ? 'node.exe' : 'bin/node')
  const supervisor = spawn(
    node,
    [
      join(process.resourcesPath, 'server/src/shell/main.ts'),
      '--no-window',
      '--data',
      join(app.getPath('userData'), 'data'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  app.on('will-quit', () => supervisor.kill('SIGTERM'))
  return new Promise((done) => {
    createInterface({ input: supervisor.stdout }).on('line', (line) => {
      const kiosk = parseReady(line)
      if (kiosk) done(kiosk)
    })
  })
}

function open(url: string) {
  const origin = kioskOrigin(url)
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permitted(permission)),
  )
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permitted(permission))
  session.defaultSession.on('will-download', (event) => event.preventDefault())
  powerSaveBlocker.start('prevent-display-sleep')

  const window = new BrowserWindow({
    kiosk: true,
    fullscreen: true,
    frame: false,
    autoHideMenuBar: true,
    backgroundColor: '#0b1020',
    show: false,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      devTools: false,
      spellcheck: false,
    },
  })
  window.removeMenu()
  window.once('ready-to-show', () => window.show())
  const { webContents } = window
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  webContents.on('will-navigate', (event) => {
    if (!mayNavigate(origin, event.url)) event.preventDefault()
  })

  // Whatever happens to the page, a visitor sees the resting drawing, and the page is tried again.
  let waiting: NodeJS.Timeout | null = null
  const rest = () => {
    if (waiting) return
    void webContents.loadURL(resting)
    waiting = setTimeout(() => {
      waiting = null
      void webContents.loadURL(url)
    }, 2_000)
  }
  webContents.on('did-fail-load', (_event, _code, _description, _url, isMainFrame) => {
    if (isMainFrame) rest()
  })
  webContents.on('render-process-gone', rest)
  window.on('unresponsive', () => webContents.reload())
  void webContents.loadURL(url)
}
