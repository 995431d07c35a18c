import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { Role } from '../shared/account.ts'
import type { Client } from './api/client.ts'
import type { LiveLink } from './live/link.ts'
import type { Recorder } from './live/recorder.ts'
import { type Live, nothingHeard } from './live/state.ts'
import type { SessionState } from './session/session.ts'

/** What the pages are given: one client, one session, and the live link where there is a controller. */
export interface Services {
  client: Client
  session: StoreApi<SessionState>
  live: LiveLink | null
  recorder: Recorder
}

const Context = createContext<Services | null>(null)

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <Context value={services}>{children}</Context>
}

export function useServices(): Services {
  const services = useContext(Context)
  if (services === null) throw new Error('useServices outside of ServicesProvider')
  return services
}

export const useClient = () => useServices().client
export const useSession = <T,>(select: (state: SessionState) => T): T =>
  useStore(useServices().session, select)

const noLive: Pick<StoreApi<Live>, 'getState' | 'getInitialState' | 'subscribe'> = {
  getState: () => nothingHeard,
  getInitialState: () => nothingHeard,
  subscribe: () => () => {},
}

export const useLive = <T,>(select: (live: Live) => T): T =>
  useStore(useServices().live?.store ?? noLive, select)

/** Whether the person signed in has any of these roles. */
export function useMay(...roles: Role[]): boolean {
  return useSession((state) => state.session?.roles.some((role) => roles.includes(role)) ?? false)
}

/** The time in ms since 1970, fresh every `every` ms. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
