import type { TaskStack } from '../../config/tasks/index.ts'
import type { Implementation } from '../dapr/index.ts'
import { ranked } from './ranking.ts'

/** The methods that other apps invoke. */
export const recommendationMethods: Implementation<TaskStack, 'ai-service'> = {
  methods: {
    'get-recommendations': async ({ user_id: user, tasks, limit }, { log }) => {
      log.info({ user_id: user, tasks: tasks.length }, 'Ranked tasks')
      return { task_ids: ranked(tasks).slice(0, limit).map(({ id }) => id) }
    },
  },
}
