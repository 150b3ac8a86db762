import type { AppOf } from '../../../config/define/index.ts'
import { type HttpRules, stack, type TaskStack } from '../../../config/tasks/index.ts'
import { buildAiService } from '../../../service/ai-service/app.ts'
import { requiredComponents } from '../../../service/dapr/index.ts'
import { createDrain } from '../../../service/http/index.ts'
import { buildNotificationService } from '../../../service/notification-service/app.ts'
import type { ServiceParts } from '../../../service/service-app.ts'
import { buildTaskApi } from '../../../service/task-api/app.ts'
import { memorySidecar } from './memory-sidecar.ts'

const prefixes = { state: 'state.redis', pubsub: 'pubsub.redis', secrets: 'secretstores.kubernetes' }

const partsFor = (app: AppOf<TaskStack>) => {
  const sidecar = memorySidecar()
  sidecar.loaded = requiredComponents(stack, app).map(({ name, kind }) => ({ name, type: prefixes[kind] }))
  return { sidecar, drain: createDrain(), logger: { level: 'silent' } }
}

/** The task API over a sidecar in memory, to be asked by `app.inject`. */
export const taskApi = ({ http, ...options }: Partial<Omit<ServiceParts, 'sidecar' | 'drain'>> & { readonly http?: HttpRules } = {}) => {
  const parts = { ...partsFor('task-api'), ...options }
  return { ...parts, app: buildTaskApi(parts, http) }
}

/** The notification service over a sidecar in memory. */
export const notificationService = (options: Partial<Omit<ServiceParts, 'sidecar' | 'drain'>> = {}) => {
  const parts = { ...partsFor('notification-service'), ...options }
  return { ...parts, app: buildNotificationService(parts) }
}

/** The service that ranks, over a sidecar in memory. */
export const aiService = (options: Partial<Omit<ServiceParts, 'sidecar' | 'drain'>> = {}) => {
  const parts = { ...partsFor('ai-service'), ...options }
  return { ...parts, app: buildAiService(parts) }
}
