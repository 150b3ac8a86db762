const field = /([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g

const unquoted = (value: string): string => {
  try {
    return value.startsWith('"') ? String(JSON.parse(value)) : value
  } catch {
    return value
  }
}

/** A line of a sidecar, `time="…" level=info msg="…" …`, in the form in which services write theirs. Pure. */
export const asEntry = (text: string): string =>
  /^time="[^"]*" level=/.test(text) ? JSON.stringify(Object.fromEntries([...text.matchAll(field)].map(([, name = '', value = '']) => [name, unquoted(value)]))) : text
