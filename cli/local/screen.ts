import type { AppPlan } from './app-plan.ts'

const addressOf = ({ port }: AppPlan): string => `http://127.0.0.1:${port}`

/** The commands to try, with the addresses of this run in them. */
export const examplesOf = (apps: readonly AppPlan[]): string[] =>
  apps.flatMap(({ examples }) => examples).map((example) => apps.reduce((text, app) => text.replaceAll(`{${app.id}}`, addressOf(app)), example))

/** What stands on the screen once everything runs. */
export const readyScreen = (apps: readonly AppPlan[], data: string, seconds: number): string[] => {
  const width = Math.max(...apps.map(({ id }) => id.length))
  const examples = examplesOf(apps)
  return [
    '',
    `Ready after ${seconds.toFixed(1)} s:`,
    ...apps.map((app) => `  ${app.id.padEnd(width)}  ${addressOf(app)}`),
    ...(examples.length > 0 ? ['', 'Try:', ...examples.map((example) => `  ${example}`)] : []),
    '',
    `State is kept in ${data}. A change of a service's code restarts that service.`,
    'Ctrl-C stops everything.',
    '',
  ]
}
