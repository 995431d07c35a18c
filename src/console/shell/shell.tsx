import { Button, Popover } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconChartBar,
  IconChevronDown,
  IconCpu,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { type ComponentType, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import type { Role } from '../../shared/account.ts'
import { ExhibitsPage } from '../exhibits/page.tsx'
import { LanguageChoice } from '../parts/language-choice.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useLive, useServices, useSession } from '../services.tsx'
import { ChangePassword } from '../session/change-password.tsx'
import { useWords, type WordKey } from '../words.ts'
import { AwayNotices } from './away.tsx'

const DevicesPage = lazy(async () => ({ default: (await import('../devices/page.tsx')).DevicesPage }))
const StatisticsPage = lazy(async () => ({
  default: (await import('../statistics/page.tsx')).StatisticsPage,
}))
const AccountsPage = lazy(async () => ({ default: (await import('../accounts/page.tsx')).AccountsPage }))

interface PageEntry {
  path: string
  label: WordKey
  roles: readonly Role[]
  Icon: ComponentType<{ size: number; 'aria-hidden': true }>
  Content: ComponentType
}

/** The pages in the order of the bar; whoever signs in lands on the first that they may use. */
const pages: readonly PageEntry[] = [
  {
    path: '/exhibits',
    label: 'exhibits',
    roles: ['educator', 'technician', 'admin'],
    Icon: IconAdjustmentsHorizontal,
    Content: ExhibitsPage,
  },
  {
    path: '/devices',
    label: 'devices',
    roles: ['technician', 'admin'],
    Icon: IconCpu,
    Content: DevicesPage,
  },
  {
    path: '/statistics',
    label: 'statistics',
    roles: ['staff', 'admin'],
    Icon: IconChartBar,
    Content: StatisticsPage,
  },
  { path: '/accounts', label: 'accounts', roles: ['admin'], Icon: IconUsers, Content: AccountsPage },
]

export function Shell() {
  const { t } = useWords()
  const { live, recorder } = useServices()
  const token = useSession((state) => state.session?.token)
  const roles = useSession((state) => state.session?.roles)
  const allowed = pages.filter((page) => page.roles.some((role) => roles?.includes(role)))
  const [path] = useLocation()

  useEffect(() => {
    live?.start()
    return () => {
      live?.stop()
      recorder.clear()
    }
  }, [live, recorder])

  // Whoever signs in again finds the page as it was; only the socket has to say the new token.
  const said = useRef(token)
  useEffect(() => {
    if (said.current !== token) live?.reconnect()
    said.current = token
  }, [live, token])

  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('page')?.focus()}>
        {t('skip')}
      </button>
      <header className="head">
        <div className="head-inner">
          <Place />
          <nav className="pages" aria-label={t('pages')}>
            {allowed.map(({ path: to, label, Icon }) => (
              <Link key={to} href={to} aria-current={path.startsWith(to) ? 'page' : undefined}>
                <Icon size={22} aria-hidden />
                <span>{t(label)}</span>
              </Link>
            ))}
          </nav>
          <div className="head-end">
            <LanguageChoice />
            <AccountMenu />
          </div>
        </div>
      </header>
      <AwayNotices />
      <Suspense
        fallback={
          <main className="page">
            <Waiting />
          </main>
        }
      >
        <Switch>
          {allowed.map(({ path: at, Content }) => (
            <Route key={at} path={at} component={Content} />
          ))}
          <Route>{allowed[0] ? <Redirect to={allowed[0].path} replace /> : null}</Route>
        </Switch>
      </Suspense>
    </>
  )
}

/** Which kiosk this page speaks with. */
function Place() {
  const kiosk = useLive((live) => live.state?.kiosk)
  const site = useLive((live) => live.state?.site.name)
  return (
    <span className="wordmark">
      {site ?? 'Makerhall'}
      {kiosk && <small>{kiosk}</small>}
    </span>
  )
}

function AccountMenu() {
  const { t } = useWords()
  const { session } = useServices()
  const name = useSession((state) => state.session?.name ?? '')
  const [open, setOpen] = useState(false)
  const [changing, setChanging] = useState(false)
  return (
    <>
      <Popover
        position="bottom-end"
        width={240}
        trapFocus
        withinPortal={false}
        opened={open}
        onChange={setOpen}
      >
        <Popover.Target>
          <Button
            className="account"
            leftSection={<IconUser size={20} aria-hidden />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
            onClick={() => setOpen(!open)}
          >
            <span className="account-name">{name}</span>
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Button
            variant="subtle"
            fullWidth
            onClick={() => {
              setOpen(false)
              setChanging(true)
            }}
          >
            {t('password.change')}
          </Button>
          <Button variant="subtle" fullWidth onClick={() => session.getState().signOut()}>
            {t('signOut')}
          </Button>
        </Popover.Dropdown>
      </Popover>
      {changing && <ChangePassword onClose={() => setChanging(false)} />}
    </>
  )
}
