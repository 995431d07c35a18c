/** Hands a text to the browser as a file to save. The byte order mark tells spreadsheets that it is UTF-8. */
export function saveFile(name: string, text: string) {
  const mark = text.startsWith('\ufeff') ? '' : '\ufeff'
  const url = URL.createObjectURL(new Blob([mark, text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
