import type { VisitStatistics } from '../../shared/routes.ts'

/** The rows as CSV (RFC 4180): a header, commas, CRLF after each line. To be sent as UTF-8. */
export function visitsAsCsv({ rows }: VisitStatistics): string {
  const lines = rows.map(({ key, visits, medianDwell }) => [key, visits, medianDwell])
  return [['key', 'visits', 'medianDwell'], ...lines]
    .map((line) => `${line.map(csvCell).join(',')}\r\n`)
    .join('')
}

/**
 * One cell. A text that a spreadsheet would take for a formula gets an apostrophe in front
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
