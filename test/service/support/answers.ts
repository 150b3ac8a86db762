/** An answer of `app.inject`, as far as these helpers read it. */
interface Answer {
  readonly body: string
}

/** Where a 422 found violations, in its order. */
export const violationPaths = ({ body }: Answer): string[] => (JSON.parse(body) as { violations: { path: string }[] }).violations.map(({ path }) => path) // tests of problems.ts pin the shape

/** What a problem says to the client. */
export const detailOf = ({ body }: Answer): string => (JSON.parse(body) as { detail: string }).detail // as above
