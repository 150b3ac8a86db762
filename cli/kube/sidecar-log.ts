// daprd opens its stream to the operator again by itself, however often it is lost (hotreload/loader/operator/resource.go).
const mended = /Error from operator stream/

/** The line of a sidecar's log that says why it ended or what it could not do: the last fatal one, else the last error that it does not mend itself. Pure. */
export const sidecarError = (lines: readonly string[]): string | undefined =>
  lines.findLast((line) => /level"?[=:]"?fatal/.test(line)) ?? lines.findLast((line) => /level"?[=:]"?error/.test(line) && !mended.test(line))
