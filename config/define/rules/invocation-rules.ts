import { type Rule, servicesOf, unknown } from './checks.ts'

export const invocationRules: readonly Rule[] = [
  (stack) =>
    servicesOf(stack).flatMap(([app, { invokes = {} }]) => unknown(`services.${app}.invokes`, 'service', Object.keys(invokes), Object.keys(stack.services))),
  (stack) =>
    servicesOf(stack).flatMap(([app, { invokes = {} }]) =>
      Object.entries(invokes)
        .filter(([callee]) => Object.hasOwn(stack.services, callee))
        .flatMap(([callee, methods = []]) =>
          unknown(`services.${app}.invokes.${callee}`, `method of ${callee}`, methods, Object.keys(stack.services[callee]?.methods ?? {})),
        ),
    ),
  (stack) =>
    servicesOf(stack)
      .filter(([app, { invokes = {} }]) => Object.hasOwn(invokes, app))
      .map(([app]) => ({ path: `services.${app}.invokes.${app}`, message: `"${app}" invokes itself; call the function instead` })),
]
