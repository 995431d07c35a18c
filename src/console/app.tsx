import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { useState } from 'react'
import { I18nextProvider } from 'react-i18next'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { RequestError } from './api/client.ts'
import { cssVariables, theme } from './look/theme.ts'
import { type Services, ServicesProvider, useSession } from './services.tsx'
import { SetUpPage, setUpCode } from './session/set-up.tsx'
import { EndedSignIn, SignInPage } from './session/sign-in.tsx'
import { Shell } from './shell/shell.tsx'

/** A refusal stays a refusal; only a server that was away is asked again by itself. */
const makeQueries = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        retry: (failures, error) => error instanceof RequestError && error.failure === 'away' && failures < 1,
        retryDelay: 500,
      },
      mutations: { networkMode: 'always' },
    },
  })

export function App({ services, words }: { services: Services; words: i18n }) {
  const [queries] = useState(makeQueries)
  return (
    <I18nextProvider i18n={words}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <ServicesProvider services={services}>
            <Router hook={useHashLocation}>
              <Gate />
            </Router>
          </ServicesProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>
  )
}

/** Set-up by its link, then sign-in, then the pages. An ended sign-in covers the page and keeps it. */
function Gate() {
  const [code, setCode] = useState(() => setUpCode(location.hash))
  const name = useSession((state) => state.session?.name)
  const ended = useSession((state) => state.ended)
  if (code !== null) return <SetUpPage code={code} onDone={() => setCode(null)} />
  if (name === undefined) return <SignInPage />
  return (
    <>
      <Shell key={name} />
      {ended && <EndedSignIn name={name} />}
    </>
  )
}
