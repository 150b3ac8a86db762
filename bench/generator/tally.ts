/** How often each thing went wrong, by what was said of it. */
export type Errors = Record<string, number>

export const countError = (errors: Errors, error: unknown): void => {
  const reason = error instanceof Error ? error.message : String(error)
  errors[reason] = (errors[reason] ?? 0) + 1
}
