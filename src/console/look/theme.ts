import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  PasswordInput,
  Slider,
  TextInput,
} from '@mantine/core'

/** Mantine asks for ten shades; the tokens have one ink, which turns with the colour scheme by itself. */
const shades = (css: string): MantineColorsTuple => [css, css, css, css, css, css, css, css, css, css]

/** Mantine in the design's own words: everything visible comes from shared/design/tokens.css. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--font)',
  primaryColor: 'ink',
  colors: { ink: shades('var(--ink)'), bad: shades('var(--bad)') },
  headings: { fontFamily: 'var(--font)', fontWeight: 'var(--weight-strong)' },
  fontSizes: {
    xs: 'var(--text-1)',
    sm: 'var(--text-1)',
    md: 'var(--text-2)',
    lg: 'var(--text-3)',
    xl: 'var(--text-4)',
  },
  radius: {
    xs: '4px',
    sm: 'var(--radius-1)',
    md: 'var(--radius-1)',
    lg: 'var(--radius-2)',
    xl: 'var(--radius-3)',
  },
  defaultRadius: 'sm',
  focusRing: 'never',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'md', variant: 'default' },
      // A finger's width, also where a mouse is meant.
      vars: () => ({ root: { '--button-height': '44px', '--button-padding-x': '18px' } }),
    }),
    Input: Input.extend({
      vars: () => ({
        wrapper: {
          '--input-height': '44px',
          '--input-bd': 'var(--line-strong)',
          '--input-bg': 'var(--surface)',
        },
      }),
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'md' } }),
    Slider: Slider.extend({ defaultProps: { size: 'md', thumbSize: 28, label: null } }),
  },
})

const solid = (name: string, fill: string, on: string) => ({
  [`--mantine-color-${name}-filled`]: fill,
  [`--mantine-color-${name}-filled-hover`]: `color-mix(in oklab, ${fill} 86%, var(--surface))`,
  [`--mantine-color-${name}-light`]: 'var(--raised)',
  [`--mantine-color-${name}-light-hover`]: 'var(--line)',
  [`--mantine-color-${name}-light-color`]: fill,
  [`--mantine-color-${name}-outline`]: fill,
  [`--mantine-color-${name}-outline-hover`]: 'var(--raised)',
  [`--mantine-color-${name}-contrast`]: on,
})

const variables = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-faint)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-anchor': 'var(--ink)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--raised)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-disabled': 'var(--raised)',
  '--mantine-color-disabled-color': 'var(--ink-faint)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-color-white': 'var(--surface)',
  '--mantine-primary-color-contrast': 'var(--ground)',
  ...solid('ink', 'var(--ink)', 'var(--ground)'),
  ...solid('bad', 'var(--bad)', 'var(--surface)'),
}

/** The same for both schemes: the tokens already differ. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables,
  dark: variables,
})
