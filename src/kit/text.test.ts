import { describe, expect, it } from 'vitest'
import { formatNumber, pluralForm, translate } from './text.ts'

describe('plurals', () => {
  it('has Latvian zero for 0 and 10 to 20, one for 1, 21 and 31, other else', () => {
    const forms = [0, 1, 2, 10, 11, 20, 21, 22, 30, 31, 111].map((n) => pluralForm('lv', n))
    expect(forms).toEqual([
      'zero',
      'one',
      'other',
      'zero',
      'zero',
      'zero',
      'one',
      'other',
      'zero',
      'one',
      'zero',
    ])
  })

  it('has Russian one, few and many', () => {
    expect([1, 2, 5, 11, 21, 22].map((n) => pluralForm('ru', n))).toEqual([
      'one',
      'few',
      'many',
      'many',
      'one',
      'few',
    ])
  })
})

describe('texts', () => {
  const texts = {
    point_zero: '{{count}} punktu',
    point_one: '{{count}} punkts',
    point_other: '{{count}} punkti',
    plain: 'Griez!',
    away: '{{far}} no {{ where }}',
  }

  it('takes the plural form of the language', () => {
    expect([0, 1, 2, 11, 21].map((count) => translate(texts, 'lv', 'point', { count }))).toEqual([
      '0 punktu',
      '1 punkts',
      '2 punkti',
      '11 punktu',
      '21 punkts',
    ])
  })

  it('falls back to the other form, then to the bare key', () => {
    expect(translate(texts, 'ru', 'point', { count: 2 })).toBe('2 punkti')
    expect(translate(texts, 'lv', 'plain', { count: 2 })).toBe('Griez!')
    expect(translate(texts, 'lv', 'missing')).toBe('missing')
  })

  it('puts values in, numbers as the language writes them, and leaves what it does not know', () => {
    expect(translate(texts, 'lv', 'away', { far: 1.5, where: 'mA' })).toBe('1,5 no mA')
    expect(translate(texts, 'en', 'away', { far: 1.5 })).toBe('1.5 no {{ where }}')
  })
})

describe('numbers', () => {
  it('writes them as each language does, without a negative zero', () => {
    expect(formatNumber('lv', 3.6, 2)).toBe('3,60')
    expect(formatNumber('en', 3.6, 2)).toBe('3.60')
    expect(formatNumber('ru', -0.001, 1)).toBe('0,0')
    expect(formatNumber('no', 12.345)).toBe('12,35')
  })
})
